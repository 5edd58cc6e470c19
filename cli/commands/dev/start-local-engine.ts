import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { engineTime } from '../../../operations/time/time-factor.ts';
import type { Engine, JournalValues } from '../../../packages/local-engine/index.ts';
import { print } from '../../output/output.ts';
import type { CloudApp } from './cloud-apps.ts';

export interface StartOptions {
  /** 0 is any free one. */
  readonly port: number;
  readonly region: string;
  /**
   * The folder of an assembly to run before the apps'.
   * @default - none
   */
  readonly assembly?: string;
  /**
   * A folder in which everything is kept, made if it is not there.
   * @default - all is gone when the engine ends
   */
  readonly data?: string;
  /**
   * Names by which the engine may be called, beside those of this machine.
   * @default - none
   */
  readonly allowHost?: readonly string[];
  /** Whether the journal keeps values, which may be personal data, or their types alone. */
  readonly journalValues: JournalValues;
}

/**
 * Starts the local engine on the stacks of some apps, and says how long that takes.
 * @throws UsageError for a host that is no host name, CommandFailure for a broken config, a port in use, a stack that the engine
 * cannot run, a folder that it cannot use
 */
export async function startLocalEngine(
  { port, region, assembly, data, journalValues, allowHost = [] }: StartOptions,
  apps: readonly CloudApp[],
): Promise<Engine> {
  const allowedHosts = await hostNames(allowHost);
  const finished = assembly === undefined ? [] : [await existing(assembly)];
  for (const app of apps) await timed(`Synthesizing ${app.name}`, () => app.synthesize());
  const assemblies = [...finished, ...apps.map(({ outdir }) => outdir)];
  return timed('Starting the engine', async () => {
    const { startEngine } = await import('../../../packages/local-engine/index.ts');
    const dataFolder = data === undefined ? {} : { dataFolder: resolve(data) };
    const options = { assemblies, port, region, allowedHosts, journalValues, ...dataFolder };
    return startEngine({ ...options, ...engineTime(process.env) }).catch((error: unknown) => {
      throw explain(error, port);
    });
  });
}

/** Before anything is synthesized, which takes seconds. */
async function hostNames(texts: readonly string[]): Promise<string[]> {
  const { hostName } = await import('../../../packages/local-engine/index.ts');
  try {
    return texts.map(hostName);
  } catch (error) {
    throw new UsageError(`--allow-host: ${(error as Error).message}`);
  }
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

function explain(error: unknown, port: number): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  const another = 'take another one with --port (0 is any free one)';
  if (code === 'EADDRINUSE') {
    return new CommandFailure(`port ${port} is in use; stop what listens there, or ${another}`, { cause: error });
  }
  if (code === 'EACCES') {
    return new CommandFailure(`port ${port} is not for this user to listen on; ${another}`, { cause: error });
  }
  if (error.name === 'StorageError') return new CommandFailure(error.message, { cause: error });
  return explainRefusal(error);
}

/** What the engine refuses is for the user to mend, and no bug of this command. */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || !['AssemblyError', 'TemplateError'].includes(error.name)) return error;
  return new CommandFailure(`the local engine cannot run this stack: ${error.message}`, { cause: error });
}
