import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SERVICES = pathToFileURL(join(ROOT, 'services/')).href;
const COPY = '?copy=';

/** A change of one source, for a simulation of services with a bug. */
export interface SourceChange {
  /** From the root of the project, such as `services/shared/publish.ts`. */
  readonly file: string;
  /** Text that occurs exactly once. */
  readonly replace: string;
  readonly by: string;
}

/**
 * The services' own handlers, in as many copies as there are execution environments: each has clients, logger and publisher of its
 * own, as a process has. What a handler imports is shared, since no other module keeps anything.
 */
export class HandlerModules {
  #copies = 0;
  readonly #sources = new Map<string, string>();
  readonly #changes = new Map<string, SourceChange>();

  /**
   * @param changes for the rest of the process
   * @throws Error for a change that does not fit its source
   */
  constructor(changes: readonly SourceChange[] = []) {
    for (const change of changes) this.#changes.set(pathToFileURL(join(ROOT, change.file)).href, change);
    for (const url of this.#changes.keys()) this.#source(url);
    registerHooks({
      load: (url, context, next) => {
        const [file = '', copy] = url.split(COPY);
        if (copy === undefined && !this.#changes.has(file)) return next(url, context);
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
    const source = stripTypeScriptTypes(changed(readFileSync(fileURLToPath(url), 'utf8'), this.#changes.get(url)));
    this.#sources.set(url, source);
    return source;
  }
}

/** A text with the names of sources as they are: which copy a stack trace is of depends on the schedules before. */
export function withoutCopies(text: string): string {
  return text.replaceAll(/\?copy=\d+/g, '');
}

function changed(source: string, change: SourceChange | undefined): string {
  if (change === undefined) return source;
  const parts = source.split(change.replace);
  if (parts.length !== 2) {
    throw new Error(`${change.file} has the text of the change ${parts.length - 1} times, not once: ${change.replace}`);
  }
  return parts.join(change.by);
}
