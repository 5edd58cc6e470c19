import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Context, PROJECT_FOLDER, synthesize } from '../../../cdk/synthesize.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { Synthesizer } from './synthesizer.ts';

/** A CDK app whose stacks run here. */
export interface CloudApp {
  /** Such as `the stack`. */
  readonly name: string;
  /** The folder of its cloud assembly. */
  readonly outdir: string;
  /** Files and folders that it is made of. */
  readonly sources: readonly string[];
  /** Writes its assembly. @throws CommandFailure if it cannot be synthesized */
  synthesize(): Promise<void>;
  /** Ends what helps to synthesize it; nothing can be synthesized any more. */
  close(): void;
}

export interface CloudAppOptions {
  /** Where the engine listens; 0 is any free port. */
  readonly port: number;
  /** Context values that replace those of cdk.json. */
  readonly context: Context;
  /** Folders of other CDK apps. */
  readonly app: readonly string[];
}

const inProject = (...path: string[]) => join(PROJECT_FOLDER, ...path);

/**
 * Other CDK apps, which subscribe to this one's bus.
 * @throws UsageError for a folder that is named twice, or is this project's own
 */
export function otherApps({ port, context, app }: CloudAppOptions): CloudApp[] {
  const folders = app.map((path) => resolve(path));
  const twice = folders.find((folder, index) => folders.indexOf(folder) < index);
  if (folders.includes(PROJECT_FOLDER)) throw new UsageError('--app names this project, which runs anyway');
  if (twice !== undefined) throw new UsageError(`--app names ${twice} twice`);
  return folders.map((folder) => otherApp(folder, port, context));
}

/** This project's own stack. */
export function projectApp({ port, context }: Omit<CloudAppOptions, 'app'>): CloudApp {
  const synthesizer = new Synthesizer();
  const outdir = join(assembliesOf(port), 'pipeline');
  return {
    name: 'the stack',
    outdir,
    sources: ['services', 'schemas', 'cdk', 'cdk.json'].map((source) => inProject(source)),
    synthesize: () => synthesizer.synthesize(outdir, context),
    close: () => synthesizer.close(),
  };
}

function otherApp(folder: string, port: number, context: Context): CloudApp {
  const name = basename(folder);
  // Apps of several teams may lie in folders of one name.
  const outdir = join(assembliesOf(port), `${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`);
  return {
    name,
    outdir,
    // What it may import from here, besides its own.
    sources: [folder, inProject('cdk'), inProject('schemas', 'generated'), inProject('services', 'shared')],
    synthesize: () => synthesize({ folder, outdir, context, name }),
    close: () => {},
  };
}

/** Removes what was synthesized for an engine that nobody will find by its port again. */
export async function removeAssemblies(port: number): Promise<void> {
  if (port === 0) await rm(assembliesOf(port), { recursive: true, force: true });
}

/** Engines on one machine differ in their port, or in their process: none writes over another one's assemblies. */
function assembliesOf(port: number): string {
  return inProject('cdk.out', port === 0 ? `local-process-${process.pid}` : `local-${port}`);
}
