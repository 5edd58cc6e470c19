import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import { type FoundStack, findStack } from '../../../operations/deployed/stack.ts';
import { bucketOfUri } from '../../../operations/deployed/user-bucket.ts';
import { UsersTable } from '../../../operations/deployed/users-table.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { SAMPLE_USERS } from '../../../operations/users/index.ts';
import type { Engine } from '../../../packages/local-engine/index.ts';
import { note, print } from '../../output/output.ts';
import { stopRequest } from '../../output/stop-request.ts';
import { type CloudApp, type CloudAppOptions, otherApps, projectApp, removeAssemblies } from './cloud-apps.ts';
import { reportLogs, reportProblems, reportRegistrations } from './report.ts';
import { summarizeSamples } from './samples-summary.ts';
import { showSamples } from './show-samples.ts';
import type { SourceWatch } from './source-watch.ts';
import { explainRefusal, type StartOptions, startLocalEngine } from './start-local-engine.ts';
import { subscribersByFunction } from './subscriber-names.ts';
import { tryNext } from './try-next.ts';

export interface DevOptions extends StartOptions, CloudAppOptions {
  readonly samples: boolean;
  readonly once?: boolean;
  /** Seconds. */
  readonly timeout: number;
  /**
   * Subscribers whose log lines are shown; true for all, also those that are still to come.
   * @default - nobody's
   */
  readonly logs?: readonly string[] | true;
}

/**
 * Runs the stack on this machine until it is told to stop, or with `once` until the sample users are done.
 * @throws UsageError for a context value that nothing reads
 * @throws CommandFailure if it cannot run, if its data folder cannot be written any more, or with `once` if a sample user has
 * no bucket in time
 */
export async function dev(options: DevOptions): Promise<void> {
  await refuseUnknownContext(options.context);
  const apps = [...(options.assembly === undefined ? [projectApp(options)] : []), ...otherApps(options)];
  // From before anything is read: what is saved while it starts is loaded as well.
  const watch = options.once || apps.length === 0 ? undefined : await watchApps(apps);
  try {
    const engine = await startLocalEngine(options, apps);
    const stop = stopRequest();
    const failed = new AbortController();
    engine.onFailure(({ message }) => failed.abort(new CommandFailure(message)));
    const signal = AbortSignal.any([stop.signal, failed.signal]);
    try {
      await run(engine, options, signal, () => reloadOnSave(engine, apps, watch));
    } catch (error) {
      // Then every call fails, and this says why.
      failed.signal.throwIfAborted();
      throw error;
    } finally {
      await engine.stop();
      stop.done();
    }
    failed.signal.throwIfAborted();
  } finally {
    for (const app of apps) app.close();
    await watch?.close();
    await removeAssemblies(options.port);
  }
}

/** As `pipeline deploy` does, before anything is started. */
async function refuseUnknownContext(context: DevOptions['context']): Promise<void> {
  if (Object.keys(context).length === 0) return; // spares loading the CDK
  const { findUnknownContext } = await import('../../../cdk/context.ts');
  const [unknown] = findUnknownContext(context);
  if (unknown !== undefined) throw new UsageError(`-c: ${unknown}`);
}

async function run(
  engine: Engine,
  options: DevOptions,
  signal: AbortSignal,
  startReloading: () => Promise<() => Promise<void>>,
): Promise<void> {
  const { endpoint, account, journal } = engine;
  const target = { endpoint, region: account.region };
  const clients = new AwsClients(target);
  const s3 = clients.of(S3Client);
  try {
    if (options.logs !== undefined) showLogs(engine, options.logs);
    const stack = await findStack(clients.of(CloudFormationClient), target);
    const table = new UsersTable(clients.of(DynamoDBClient), stack);
    const watched = { stack: liveStack(engine, stack), userIdAttribute: table.userIdAttribute, journal };
    const names = engine.stacks.map(({ name }) => name).join(', ');
    printLine(
      `${names} ${engine.stacks.length > 1 ? 'run' : 'runs'} at ${endpoint} in ${account.region}, account ${account.id}\n`,
    );
    if (options.data !== undefined) printLine(`Everything is kept in ${options.data}.\n`);

    reportProblems(watched);
    const sampled = { table, s3, journal, target, stackName: stack.name, timeoutMs: options.timeout * 1000, signal };
    const outcomes = await showSamples(options.samples ? SAMPLE_USERS : [], sampled);
    const { text, problem } = summarizeSamples(outcomes, options.timeout);
    if (options.once) {
      if (signal.aborted) throw new CommandFailure('stopped before every sample user had a bucket');
      if (problem !== undefined) throw new CommandFailure(problem);
      return printLine(`\n${text.trimEnd()}`);
    }
    if (!signal.aborted) {
      if (problem !== undefined) note(`✖ ${problem}\n`);
      const bucketUri = [...outcomes.values()].find(({ uri = '' }) => bucketOfUri(uri) !== undefined)?.uri;
      printLine(`\n${text}\n${tryNext({ ...target, stack, ...(bucketUri !== undefined && { bucketUri }) })}`);
      reportRegistrations(watched);
      const stopReloading = await startReloading();
      const isReloading = options.assembly === undefined;
      printLine(isReloading ? 'What you save under services/ is loaded at once. Ctrl-C stops it.' : 'Ctrl-C stops it.');
      await aborted(signal);
      await stopReloading();
    }
    printLine('Stopping.');
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}

/** @throws UsageError for a subscriber that there is not */
function showLogs(engine: Engine, wanted: readonly string[] | true): void {
  const running = [...subscribersByFunction(engine.stacks).values()];
  const unknown = wanted !== true && wanted.find((name) => !running.includes(name));
  if (unknown) throw new UsageError(`no subscriber is named ${unknown}; there are ${running.join(', ')}`);
  reportLogs(engine.journal, (functionName) => {
    const name = subscribersByFunction(engine.stacks).get(functionName);
    return name !== undefined && (wanted === true || wanted.includes(name)) ? name : undefined;
  });
}

/** The outputs of all stacks as they are now: subscribers come and go. Where names meet, those of the pipeline win. */
function liveStack(engine: Engine, { name }: FoundStack): FoundStack {
  return {
    name,
    get outputs() {
      return Object.fromEntries(
        [...engine.stacks].reverse().flatMap(({ outputs }) => outputs.map(({ key, value }) => [key, value])),
      );
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
}

async function watchApps(apps: readonly CloudApp[]): Promise<SourceWatch> {
  const { SourceWatch } = await import('./source-watch.ts');
  return SourceWatch.start({
    sources: [...new Set(apps.flatMap(({ sources }) => sources))],
    onProblem: ({ message }) => note(`✖ what you save may not be noticed: ${message}\n`),
  });
}

/** Brings the engine to what is saved. Returns what ends that. */
async function reloadOnSave(
  engine: Engine,
  apps: readonly CloudApp[],
  watch: SourceWatch | undefined,
): Promise<() => Promise<void>> {
  const { HotReload } = await import('./hot-reload.ts');
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
  watch?.tell((changed) => void reload.take(changed));
  return async () => {
    const stopped = reload.stop();
    for (const app of apps) app.close();
    await stopped;
  };
}

function printLine(text: string): void {
  print(`${text}\n`);
}
