import { UsageError } from '../../../operations/messages/errors.ts';
import type { Engine } from '../../../packages/local-engine/index.ts';
import { stoppable } from '../../output/interruption.ts';
import { note, print } from '../../output/output.ts';
import { type CloudApp, otherApps, projectApp, removeAssemblies } from './apps.ts';
import type { DevOptions } from './command.ts';
import type { SourceWatch } from './reload.ts';
import { explainRefusal, startLocalEngine } from './start-engine.ts';

/**
 * Runs the stack on this machine until it is stopped, or with `once` until the sample users are done.
 * @throws UsageError for an unknown context value
 * @throws CommandFailure if it cannot run, if the data folder can no longer be written, or with `once` if a sample user has
 * no bucket in time
 */
export async function dev(options: DevOptions): Promise<void> {
  await refuseUnknownContext(options.context);
  const apps = [...(options.assembly === undefined ? [projectApp(options)] : []), ...otherApps(options)];
  let watch: SourceWatch | undefined;
  try {
    // Starts before any source is read, so that a file that is saved during the start is loaded too.
    if (!options.once && apps.length > 0) watch = await watchApps(apps);
    const engine = await startLocalEngine(options, apps);
    const { runUntilStopped } = await import('./run-until-stopped.ts');
    await stoppable((stopped) => runUntilStopped(engine, options, stopped, () => reloadOnSave(engine, apps, watch)));
  } finally {
    for (const app of apps) app.close();
    await watch?.close();
    await removeAssemblies(options.port);
  }
}

async function refuseUnknownContext(context: Readonly<Record<string, string>> = {}): Promise<void> {
  if (Object.keys(context).length === 0) return; // then the CDK need not be loaded
  const { findUnknownContext } = await import('../../../cdk/context.ts');
  const [unknown] = findUnknownContext(context);
  if (unknown !== undefined) throw new UsageError(`-c: ${unknown}`);
}

async function watchApps(apps: readonly CloudApp[]): Promise<SourceWatch> {
  const { SourceWatch } = await import('./reload.ts');
  return SourceWatch.start({
    sources: [...new Set(apps.flatMap(({ sources }) => sources))],
    onProblem: ({ message }) => note(`✖ saved files may not be noticed: ${message}\n`),
  });
}

/** Updates the engine when files are saved. Returns a function that ends this. */
async function reloadOnSave(
  engine: Engine,
  apps: readonly CloudApp[],
  watch: SourceWatch | undefined,
): Promise<() => Promise<void>> {
  const { HotReload } = await import('./reload.ts');
  const reload = new HotReload({
    apps,
    update: () =>
      engine.update().catch((error: unknown) => {
        throw explainRefusal(error);
      }),
    onDone: (line) => print(`↻ ${line}\n`),
    onProblem: (line) => note(`✖ ${line}\n`),
    now: () => performance.now(),
  });
  watch?.onChange((changed) => void reload.take(changed));
  return async () => {
    const stopped = reload.stop();
    for (const app of apps) app.close();
    await stopped;
  };
}
