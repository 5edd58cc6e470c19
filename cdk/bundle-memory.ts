/**
 * What a process that synthesizes again and again keeps: this module alone is not loaded anew (`pipeline dev`), so it imports
 * nothing of the project.
 */
import { stat } from 'node:fs/promises';
import type { BuildContext, BuildOptions, BuildResult, Metafile } from 'esbuild';

/** A finished bundle, and the state of the sources that it was made of. */
interface RememberedBundle {
  readonly contents: Uint8Array;
  /** When each source was last changed, in milliseconds, by its path. */
  readonly sources: ReadonlyMap<string, number | undefined>;
}

/** esbuild's options for bundles that are not written to files. */
export type BundleOptions = BuildOptions & { write: false; metafile: true };

/** File systems keep time less exactly than the clock does. */
const TIME_MARGIN_MS = 20;

/**
 * Remembers the bundles of handlers as long as their sources stay as they are: a process that synthesizes again and again
 * bundles only what has changed. Installed packages are taken not to change meanwhile.
 */
export class BundleMemory {
  readonly #bundles = new Map<string, RememberedBundle>();
  #keepsParsed = false;
  /** esbuild's own memory of the last handler that was bundled alone, and the options that it was bundled with. */
  #parsed: { readonly key: string; readonly context: BuildContext<BundleOptions> } | undefined;

  /**
   * From now on esbuild keeps what it has parsed of a handler that is bundled alone, for when it is saved again: that takes half
   * the time. esbuild's process stays then, so this one must be ended by a signal or an exit.
   */
  keepParsed(): void {
    this.#keepsParsed = true;
  }

  /** Runs esbuild. */
  async build(options: BundleOptions): Promise<BuildResult<BundleOptions>> {
    const esbuild = await import('esbuild');
    const isAlone = Array.isArray(options.entryPoints) && options.entryPoints.length === 1;
    if (!this.#keepsParsed || !isAlone) return esbuild.build(options);
    // With the text of its plugins, which may have been saved too.
    const key = JSON.stringify(options, (_, value) => (typeof value === 'function' ? String(value) : value));
    if (this.#parsed?.key !== key) {
      await this.#parsed?.context.dispose();
      this.#parsed = undefined;
      this.#parsed = { key, context: await esbuild.context(options) };
    }
    return this.#parsed.context.rebuild();
  }

  /** The bundle that was made of a handler, unless a source of it has changed or is gone. */
  async recall(handlerFile: string): Promise<Uint8Array | undefined> {
    const bundle = this.#bundles.get(handlerFile);
    if (bundle === undefined) return undefined;
    const now = await timesOfChange([...bundle.sources.keys()]);
    const isSame = [...bundle.sources].every(([file, time]) => time !== undefined && now.get(file) === time);
    return isSame ? bundle.contents : undefined;
  }

  /**
   * @param sources paths of what the bundle was made of; a bundle of unknown sources is not remembered
   * @param startedAt when bundling began; what was changed since may not be in the bundle, which is then forgotten
   */
  async remember(
    handlerFile: string,
    contents: Uint8Array,
    sources: readonly string[],
    startedAt: number,
  ): Promise<void> {
    const times = await timesOfChange(sources);
    const isSettled =
      sources.length > 0 &&
      [...times.values()].every((time) => time !== undefined && time < startedAt - TIME_MARGIN_MS);
    if (isSettled) this.#bundles.set(handlerFile, { contents, sources: times });
    else this.#bundles.delete(handlerFile);
  }
}

/** The one of this process. */
export const bundleMemory = new BundleMemory();

/** A plugin made it: esbuild puts the plugin's namespace and a colon before its path. It has no file that could change. */
const MADE_BY_PLUGIN = /^[a-z-]+:/;

/** Paths of all sources that an entry point imports, directly or not, without those of installed packages. */
export function sourcesOf(entryPoint: string, { inputs }: Metafile): string[] {
  const sources = new Set<string>();
  const visit = (file: string): void => {
    const input = inputs[file]; // none for what is built into Node.js
    if (input === undefined || sources.has(file)) return;
    if (MADE_BY_PLUGIN.test(file) || file.includes('node_modules/')) return;
    sources.add(file);
    for (const { path } of input.imports) visit(path);
  };
  visit(entryPoint);
  return [...sources];
}

/** Undefined for a file that is gone. */
async function timesOfChange(files: readonly string[]): Promise<Map<string, number | undefined>> {
  return new Map(await Promise.all(files.map(async (file) => [file, await timeOfChange(file)] as const)));
}

async function timeOfChange(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
