/** Every byte in hexadecimal digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes of a UUID before which there is a hyphen. */
const HYPHENATED: ReadonlySet<number> = new Set([4, 6, 8, 10]);

/** Numbers that a seed decides: the same seed gives the same numbers, on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  /** @param seed any text; near ones give unrelated numbers */
  constructor(seed: string) {
    [this.#a, this.#b, this.#c] = statesOf(seed);
    for (let skipped = 0; skipped < 12; skipped++) this.bits();
  }

  /** 32 bits, as an unsigned number. The generator is sfc32 of Chris Doty-Humphrey's PractRand, which is in the public domain. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** At least 0, and below 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number, at least 0 and below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** @throws Error for an empty list */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.bits() >>> 24;
  }

  /** A UUID of version 4. */
  uuid(): string {
    const bytes = new Uint8Array(16);
    this.fill(bytes);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    let text = '';
    for (const [index, byte] of bytes.entries()) text += HYPHENATED.has(index) ? `-${HEX[byte]}` : HEX[byte];
    return text;
  }
}

/** Three numbers from a text: FNV-1a from three starts. */
function statesOf(seed: string): [number, number, number] {
  const hashFrom = (start: number) => {
    let hash = start;
    for (const char of seed) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    return hash;
  };
  return [hashFrom(0x811c9dc5), hashFrom(0x2545f491), hashFrom(0x5bd1e995)];
}
