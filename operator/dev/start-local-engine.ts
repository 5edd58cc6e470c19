import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Engine } from '../../local/engine.ts';
import { CommandFailure } from '../errors.ts';
import { PROJECT_FOLDER } from '../project.ts';
import { synthesize } from '../synthesize.ts';

export interface StartOptions {
  /** 0 is any free one. */
  readonly port: number;
  readonly region: string;
  /** Context values that replace those of cdk.json. */
  readonly context: Readonly<Record<string, string>>;
  /** @default - the stack is synthesized */
  readonly assembly?: string;
}

/**
 * Starts the local engine on the stack, and says how long that takes.
 * @throws CommandFailure for a broken config, a port in use, a stack that the engine cannot run
 */
export async function startLocalEngine(options: StartOptions): Promise<Engine> {
  const assembly = options.assembly === undefined ? await synthesized(options) : await existing(options.assembly);
  return timed('Starting the engine', async () => {
    const { startEngine } = await import('../../local/engine.ts');
    const { port, region } = options;
    return startEngine({ assembly, port, region }).catch((error: unknown) => {
      throw explain(error, port);
    });
  });
}

async function synthesized({ port, context }: StartOptions): Promise<string> {
  // Engines on one machine differ in their port, so none writes over another one's assembly.
  const outdir = join(PROJECT_FOLDER, 'cdk.out', `local-${port}`);
  await timed('Synthesizing the stack', () => synthesize({ outdir, context }));
  return outdir;
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
  process.stdout.write(`${label} …`);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write('\n');
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
  if (error.name === 'TemplateError') {
    return new CommandFailure(`the local engine cannot run this stack: ${error.message}`, { cause: error });
  }
  return error;
}
