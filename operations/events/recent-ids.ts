/** The last ids that were met: enough to know a message that comes a second time. */
export class RecentIds {
  readonly #most: number;
  readonly #ids = new Set<string>();

  /** @param most how many are remembered */
  constructor(most = 100_000) {
    this.#most = most;
  }

  /** Remembers an id. Returns whether it was met before. */
  meet(id: string): boolean {
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    if (this.#ids.size > this.#most) this.#ids.delete(this.#ids.values().next().value as string);
    return false;
  }
}
