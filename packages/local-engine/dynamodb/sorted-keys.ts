/** Which keys, and in which order. Without bounds all of them. */
export interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  /** From the last to the first. */
  readonly reverse?: boolean;
}

/** A block that grows beyond this is split. Small enough to move its keys for an insertion, large enough to be few. */
const MOST_IN_BLOCK = 512;

/** Keys in the order of their characters, in blocks, so that an insertion moves few of them however many there are. */
export class SortedKeys {
  /** None of them is empty. */
  readonly #blocks: string[][] = [];

  /** Does nothing for a key that is there already. */
  add(key: string): void {
    const index = Math.min(this.#blockFor(key), this.#blocks.length - 1);
    const block = this.#blocks[index];
    if (block === undefined) {
      this.#blocks.push([key]);
      return;
    }
    const at = firstAtLeast(block, key);
    if (block[at] === key) return;
    block.splice(at, 0, key);
    if (block.length <= MOST_IN_BLOCK) return;
    // Keys that come in order fill their blocks.
    const end = at === block.length - 1 ? at : block.length >> 1;
    this.#blocks.splice(index + 1, 0, block.splice(end));
  }

  /** Does nothing for a key that is not there. */
  delete(key: string): void {
    const index = this.#blockFor(key);
    const block = this.#blocks[index];
    const at = block === undefined ? 0 : firstAtLeast(block, key);
    if (block?.[at] !== key) return;
    block.splice(at, 1);
    if (block.length === 0) this.#blocks.splice(index, 1);
  }

  /** Up to `limit` keys of a range, in its order. */
  read(range: KeyRange, limit: number): string[] {
    return range.reverse ? this.#readBackwards(range, limit) : this.#readForwards(range, limit);
  }

  #readForwards({ gt, gte, lt, lte }: KeyRange, limit: number): string[] {
    const found: string[] = [];
    const from = gt ?? gte ?? '';
    for (let index = this.#blockFor(from); index < this.#blocks.length; index++) {
      const block = this.#blocks[index] ?? [];
      for (let at = firstAtLeast(block, from); at < block.length; at++) {
        const key = block[at] ?? '';
        if (key === gt) continue;
        if (found.length === limit || (lt !== undefined && key >= lt) || (lte !== undefined && key > lte)) return found;
        found.push(key);
      }
    }
    return found;
  }

  #readBackwards({ gt, gte, lt, lte }: KeyRange, limit: number): string[] {
    const found: string[] = [];
    const from = lt ?? lte;
    const first = from === undefined ? this.#blocks.length : this.#blockFor(from);
    for (let index = Math.min(first, this.#blocks.length - 1); index >= 0; index--) {
      const block = this.#blocks[index] ?? [];
      const start = from === undefined ? block.length : firstAtLeast(block, from);
      for (let at = Math.min(start, block.length - 1); at >= 0; at--) {
        const key = block[at] ?? '';
        if (from !== undefined && (key > from || key === lt)) continue;
        if (found.length === limit || (gt !== undefined && key <= gt) || (gte !== undefined && key < gte)) return found;
        found.push(key);
      }
    }
    return found;
  }

  /** Index of the first block whose last key is this one or a later one; the number of blocks if there is none. */
  #blockFor(key: string): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle]?.at(-1) ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Index of the first key of a block that is this one or a later one; its length if there is none. */
function firstAtLeast(block: readonly string[], key: string): number {
  let [low, high] = [0, block.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((block[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
