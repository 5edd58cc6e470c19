/** An item in its place. */
export interface Entry<T> {
  readonly priority: number;
  readonly item: T;
  /** In the heap; -1 after its removal. */
  index: number;
}

/**
 * Items by their priority, the least first. Adding and removing, also from the middle, cost the logarithm of their number, and
 * a deleted message takes no place until its deadline.
 */
export class PriorityQueue<T> {
  readonly #heap: Entry<T>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Entry<T> | undefined {
    return this.#heap[0];
  }

  add(priority: number, item: T): Entry<T> {
    const entry = { priority, item, index: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    return entry;
  }

  /** Does nothing for an entry that was removed before. */
  remove(entry: Entry<T>): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#place(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    for (const entry of this.#heap.splice(0)) entry.index = -1;
  }

  /** All items, the first of them first. */
  sorted(): T[] {
    return this.#heap.toSorted((a, b) => a.priority - b.priority).map(({ item }) => item);
  }

  #place(entry: Entry<T>, index: number): void {
    this.#heap[index] = entry;
    entry.index = index;
  }

  #rise(entry: Entry<T>): void {
    while (entry.index > 0) {
      const parent = this.#heap[(entry.index - 1) >> 1];
      if (parent === undefined || parent.priority <= entry.priority) return;
      const { index } = entry;
      this.#place(entry, parent.index);
      this.#place(parent, index);
    }
  }

  #sink(entry: Entry<T>): void {
    for (;;) {
      const left = this.#heap[2 * entry.index + 1];
      const right = this.#heap[2 * entry.index + 2];
      const child = right !== undefined && left !== undefined && right.priority < left.priority ? right : left;
      if (child === undefined || child.priority >= entry.priority) return;
      const { index } = entry;
      this.#place(entry, child.index);
      this.#place(child, index);
    }
  }
}
