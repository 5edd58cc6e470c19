import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { patched, type SourcePatch } from './source-patches.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SERVICES = pathToFileURL(join(ROOT, 'services/')).href;
const COPY = '?copy=';

/**
 * The services' own handlers, in as many copies as there are execution environments: each has clients, logger and publisher of its
 * own, as a process has. What a handler imports is shared, since no other module keeps anything.
 */
export class HandlerModules {
  #copies = 0;
  readonly #sources = new Map<string, string>();
  readonly #patches = new Map<string, SourcePatch>();

  /**
   * @param patches of sources of the project, for the rest of the process
   * @throws Error for one that does not fit its source
   */
  constructor(patches: readonly SourcePatch[] = []) {
    for (const patch of patches) this.#patches.set(pathToFileURL(join(ROOT, patch.file)).href, patch);
    for (const url of this.#patches.keys()) this.#source(url);
    registerHooks({
      load: (url, context, next) => {
        const [file = '', copy] = url.split(COPY);
        if (copy === undefined && !this.#patches.has(file)) return next(url, context);
        return { format: 'module', source: this.#source(file), shortCircuit: true };
      },
    });
  }

  /** Loads a new copy of a service. @param service such as `bucket-service` */
  load(service: string): Promise<Record<string, unknown>> {
    this.#copies += 1;
    return import(`${SERVICES}${service}/handler.ts${COPY}${this.#copies}`);
  }

  #source(url: string): string {
    const known = this.#sources.get(url);
    if (known !== undefined) return known;
    const [text, patch] = [readFileSync(fileURLToPath(url), 'utf8'), this.#patches.get(url)];
    const source = stripTypeScriptTypes(patch === undefined ? text : patched(text, patch));
    this.#sources.set(url, source);
    return source;
  }
}

/** A text with the names of sources as they are: which copy a stack trace is of depends on the schedules before. */
export function withoutCopies(text: string): string {
  return text.replaceAll(/\?copy=\d+/g, '');
}
