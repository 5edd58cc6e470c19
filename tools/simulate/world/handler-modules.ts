import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';
import { plantPatches, type SourcePatch, sourceUrl } from './source-patches.ts';

type Exports = Record<string, unknown>;

/** A module as a function: what it imports comes by `require`. */
type Body = (require: (name: string) => unknown, exports: Exports) => void;

/**
 * The services' own handlers, run once for each execution environment: each has clients, logger and publisher of its own, as a process
 * has. What a handler imports is shared, since no other module keeps anything.
 *
 * A handler is compiled as a function, since Node.js keeps every module that it ever imported, and with it all that the module holds.
 * Of a function that returned, nothing is left when its environment is gone; and it need not be compiled again for the next.
 */
export class HandlerModules {
  readonly #source: (url: string) => string;
  readonly #handlers = new Map<string, Promise<() => Readonly<Exports>>>();

  /**
   * @param patches of sources of the project, for the rest of the process
   * @throws Error for one that does not fit its source
   */
  constructor(patches: readonly SourcePatch[] = []) {
    this.#source = plantPatches(patches);
  }

  /**
   * Gets a handler ready to be run, which takes real time when it is first asked for.
   * @param file from the root of the project, such as `services/bucket-service/handler.ts`
   * @returns runs its handler's module for a new environment, and returns what it exports
   */
  prepare(file: string): Promise<() => Readonly<Exports>> {
    const known = this.#handlers.get(file) ?? this.#compile(sourceUrl(file));
    this.#handlers.set(file, known);
    return known;
  }

  async #compile(url: string): Promise<() => Readonly<Exports>> {
    const filename = fileURLToPath(url);
    const { code } = transformSync(this.#source(url), {
      filename,
      swcrc: false,
      module: { type: 'commonjs' },
      jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
    });
    const names = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    const imports = names.map(async (name) => [name, await import(resolved(name, url))] as const);
    const imported = new Map<string, unknown>(await Promise.all(imports));
    const run = compileFunction(code, ['require', 'exports'], { filename }) as Body;
    return () => {
      const exports: Exports = {};
      run((name) => imported.get(name), exports);
      return exports;
    };
  }
}

function resolved(name: string, importer: string): string {
  return name.startsWith('.') ? new URL(name, importer).href : name;
}
