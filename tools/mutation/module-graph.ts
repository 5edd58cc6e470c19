import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NUMBER = /[?&](?:run|file)=\d+/g;

/**
 * The modules of the project, loaded again for each run: what a module keeps, and what it works out when it is loaded, is of one
 * mutant. What is in `test/` is loaded again for each test file, as in `test/support/native-jest/runner.ts`.
 */
export class ModuleGraph {
  readonly #sources = new Map<string, string>();
  #run = 0;
  #file = 0;

  /**
   * Holds for the rest of the process.
   *
   * @param root the folder of the project, or of a copy
   * @param replaced URLs of modules, by the names under which they are imported
   */
  constructor(root: string, replaced: Readonly<Record<string, string>>) {
    const ours = pathToFileURL(`${root}/`).href;
    registerHooks({
      resolve: (specifier, context, next) => {
        const url = replaced[specifier];
        if (url !== undefined) return { url, shortCircuit: true };
        const resolved = next(specifier, context);
        if (!resolved.url.startsWith(ours) || resolved.url.includes('/node_modules/')) return resolved;
        const plain = resolved.url.replaceAll(NUMBER, '');
        const number = plain.startsWith(`${ours}test/`) ? `file=${this.#file}` : `run=${this.#run}`;
        return { ...resolved, url: `${plain}${plain.includes('?') ? '&' : '?'}${number}` };
      },
      load: (url, context, next) => {
        const path = url.startsWith(ours) ? fileURLToPath(url) : '';
        if (!path.endsWith('.ts') || path.includes('/node_modules/')) return next(url, context);
        return { format: 'module', source: this.#source(path), shortCircuit: true };
      },
    });
  }

  /** From now on, modules of the project are loaded anew. */
  startRun(): void {
    this.#run += 1;
  }

  /** Loads a test file anew, with what it imports of `test/`. */
  async load(testFile: string): Promise<void> {
    this.#file += 1;
    await import(pathToFileURL(testFile).href);
  }

  #source(path: string): string {
    const known = this.#sources.get(path);
    if (known !== undefined) return known;
    const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    this.#sources.set(path, source);
    return source;
  }
}
