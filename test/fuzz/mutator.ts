import { SeededRandom } from '../support/durability/random.ts';
import { ODD_TEXTS, ODD_VALUES } from '../support/malformed/odd-values.ts';

/** What stands in texts that somebody parses. */
const SIGNS = [
  ...'{}[]()<>"\'\\%&=#:;,.$*?!@/|+-^~ \t\n\r\0',
  '${',
  '<$.',
  '&&',
  '||',
  '..',
  '\u2028',
  '\ud83d',
  '😀',
  'é',
  '9'.repeat(25),
  '-1',
  '1e999',
  'null',
  '__proto__',
  'constructor',
];

/** Seeded choices, and changes of valid inputs. */
export class Mutator {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    // Seeds that follow each other begin alike.
    for (let skipped = 0; skipped < 4; skipped++) this.#random.wholeNumber(0, 1);
  }

  wholeNumber(least: number, most: number): number {
    return this.#random.wholeNumber(least, most);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.wholeNumber(0, from.length - 1)] as T;
  }

  /** Once in so many times. */
  chance(times: number): boolean {
    return this.wholeNumber(1, times) === 1;
  }

  /** A list of so many things. */
  many<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: this.wholeNumber(least, most) }, make);
  }

  /** A copy of a JSON value with one to three places replaced, removed, added, or put elsewhere. */
  value<T>(value: T): unknown {
    const holder = { root: structuredClone(value) as unknown };
    for (let times = this.pick([1, 1, 1, 2, 3]); times > 0; times--) this.#change(holder);
    return holder.root;
  }

  #change(root: Record<string, unknown>): void {
    const all = placesIn(root);
    const [holder, name] = this.pick(all);
    const old = holder[name];
    const kind = this.wholeNumber(0, 9);
    if (kind === 0 && Array.isArray(holder)) holder.splice(Number(name), 1);
    else if (kind === 0 && name !== 'root') delete holder[name];
    else if (kind === 1 && !Array.isArray(holder) && name !== 'root') {
      const added = this.pick(['__proto__', 'constructor', 'toString', 'x', '', '0', 'length']);
      Object.defineProperty(holder, added, { value: this.odd(), enumerable: true, configurable: true, writable: true });
    } else if (kind === 2) {
      const [otherHolder, otherName] = this.pick(all);
      holder[name] = structuredClone(otherHolder[otherName]);
    } else if (kind === 3 && Array.isArray(old)) old.push(...structuredClone(old), this.odd());
    else if (kind === 4) holder[name] = [old];
    else if (typeof old === 'string' && kind < 9) holder[name] = this.text(old);
    else holder[name] = this.odd();
  }

  odd(): unknown {
    return structuredClone(this.pick(ODD_VALUES));
  }

  /** A text with one to three places changed. */
  text(text: string): string {
    let changed = text;
    for (let times = this.pick([1, 1, 1, 2, 3]); times > 0; times--) {
      const at = this.wholeNumber(0, changed.length);
      const end = at + this.pick([0, 0, 1, 1, 2, 5, 20]);
      const kind = this.wholeNumber(0, 9);
      const put =
        kind < 6
          ? this.pick(SIGNS)
          : kind === 6
            ? ''
            : kind === 7
              ? changed.slice(at, at + 10).repeat(2)
              : kind === 8
                ? changed.slice(this.wholeNumber(0, changed.length)).slice(0, 12)
                : this.pick(ODD_TEXTS);
      changed = changed.slice(0, at) + put + changed.slice(end);
    }
    return this.chance(30) ? changed.slice(0, this.wholeNumber(0, changed.length)) : changed;
  }

  /** Bytes, as text in Latin-1, with one to four of them changed, or cut. */
  bytes(bytes: string): string {
    const changed = Buffer.from(bytes, 'latin1');
    for (let times = this.wholeNumber(1, 4); times > 0 && changed.length > 0; times--) {
      const at = this.wholeNumber(0, changed.length - 1);
      const bit = 1 << this.wholeNumber(0, 7);
      changed[at] = this.chance(2)
        ? (changed[at] ?? 0) ^ bit
        : this.pick([0, 0x1f, 0x7f, 0x80, 0xff, 0x5b, 0xbf, 0xfb]);
    }
    const text = changed.toString('latin1');
    if (this.chance(4)) return text.slice(0, this.wholeNumber(0, text.length));
    return this.chance(8) ? text + text.slice(this.wholeNumber(0, text.length)) : text;
  }
}

/** Every place of a value: what holds it, and under which name. */
function placesIn(value: unknown): (readonly [Record<string, unknown>, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [[holder, name] as const, ...placesIn(holder[name])]);
}
