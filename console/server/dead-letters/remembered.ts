import { randomUUID } from 'node:crypto';
import { UsageError } from '../../../operations/messages/errors.ts';
import { fieldText } from '../body.ts';
import type { Jobs } from '../jobs.ts';

/** So many things of each run of a console are remembered. */
const MOST = 20;

/** What pages were shown, by an id: what is done afterwards is what was shown. Each run of a console has its own. */
export class Remembered<T> {
  readonly #byRun = new WeakMap<Jobs, Map<string, T>>();

  /** @returns the id under which it is found again */
  add(run: Jobs, thing: T): string {
    const things = this.#byRun.get(run) ?? new Map<string, T>();
    const id = randomUUID();
    this.#byRun.set(run, things.set(id, thing));
    for (const old of [...things.keys()].slice(0, Math.max(0, things.size - MOST))) things.delete(old);
    return id;
  }

  /** @throws UsageError for an id that is not known, or no longer */
  find(run: Jobs, id: unknown): T {
    const found = this.#byRun.get(run)?.get(fieldText(id));
    if (found !== undefined) return found;
    throw new UsageError('what was shown is no longer known: close this, and look again');
  }
}
