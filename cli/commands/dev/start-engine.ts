import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { engineTime } from '../../../operations/time/waiting.ts';
import type { Engine } from '../../../packages/local-engine/index.ts';
import { print } from '../../output/output.ts';
import type { CloudApp } from './apps.ts';
import type { DevOptions } from './command.ts';

/**
 * Starts the local engine on the stacks of some apps, and shows how long that takes.
 * @throws UsageError for an invalid host name
 * @throws CommandFailure for a broken config, a port in use, a stack that the engine cannot run, a folder that it cannot use
 */
export async function startLocalEngine(
  { port, region, assembly, data, journalValues, allowHost = [], environments }: DevOptions,
  apps: readonly CloudApp[],
): Promise<Engine> {
  const allowedHosts = await hostNames(allowHost);
  await requireFreePort(port);
  const finished = assembly === undefined ? [] : [await existing(assembly)];
  for (const app of apps) {
    await timed(`Synthesizing ${app.name}`, () => Promise.all([app.synthesize(), loadMeanwhile()]));
  }
  const assemblies = [...finished, ...apps.map(({ outdir }) => outdir)];
  return timed('Starting the engine', async () => {
    const { keepHeapSmall, startEngine } = await import('../../../packages/local-engine/index.ts');
    keepHeapSmall();
    const dataFolder = data === undefined ? {} : { dataFolder: resolve(data) };
    const most = environments === undefined ? {} : { environmentsPerFunction: environments };
    const options = { assemblies, port, region, allowedHosts, journalValues, ...dataFolder, ...most };
    return startEngine({ ...options, ...engineTime(process.env) }).catch((error: unknown) => {
      throw explainStart(error, port);
    });
  });
}

/** Loads what runs next while processes of their own synthesize. It takes this process, so that they are asked first. */
async function loadMeanwhile(): Promise<void> {
  await setImmediate();
  await Promise.all([import('../../../packages/local-engine/index.ts'), import('./run-until-stopped.ts')]);
}

/** Checked before the synthesis, which takes seconds. */
async function hostNames(texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0) return [];
  const { hostName } = await import('../../../packages/local-engine/index.ts');
  try {
    return texts.map(hostName);
  } catch (error) {
    throw new UsageError(`--allow-host: ${(error as Error).message}`);
  }
}

/** Checked before the synthesis: it takes seconds, and writes over the assembly of an engine that runs at this port. */
async function requireFreePort(port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainStart(error, port);
  }
  server.close();
  await once(server, 'close');
}

async function existing(folder: string): Promise<string> {
  const assembly = resolve(folder);
  await access(join(assembly, 'manifest.json')).catch((cause) => {
    throw new CommandFailure(`${folder} is not a cloud assembly; make one with npx cdk synth`, { cause });
  });
  return assembly;
}

async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  print(`${label} …`);
  try {
    const result = await work();
    print(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    print('\n');
    throw error;
  }
}

function explainStart(error: unknown, port: number): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const another = 'choose another port with --port (0 is any free one)';
  if (code === 'EADDRINUSE') {
    return new CommandFailure(
      `port ${port} is in use: if an engine runs there already, use that one; otherwise stop the program that uses the port, or ${another}`,
      { cause: error },
    );
  }
  if (code === 'EACCES') {
    return new CommandFailure(`this user may not listen on port ${port}; ${another}`, { cause: error });
  }
  if (error.name === 'StorageError') return new CommandFailure(error.message, { cause: error });
  return explainRefusal(error);
}

/** A stack that the engine refuses is for the user to fix, and not a bug of this command. */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || !['AssemblyError', 'TemplateError'].includes(error.name)) return error;
  return new CommandFailure(`the local engine cannot run this stack: ${error.message}`, { cause: error });
}
