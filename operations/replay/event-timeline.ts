/** How many events of a replay lie before a moment. Events of the same second are one entry, however many there are. */
export class EventTimeline {
  /** Seconds since the Unix epoch, rising. */
  readonly #seconds: number[] = [];
  /** Events up to and with that second. */
  readonly #counts: number[] = [];

  /** @param times milliseconds since the Unix epoch, in any order */
  constructor(times: Iterable<number>) {
    const bySecond = new Map<number, number>();
    for (const time of times) {
      const second = Math.floor(time / 1000);
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    }
    let count = 0;
    for (const second of [...bySecond.keys()].sort((a, b) => a - b)) {
      count += bySecond.get(second) ?? 0;
      this.#seconds.push(second);
      this.#counts.push(count);
    }
  }

  get total(): number {
    return this.#counts.at(-1) ?? 0;
  }

  /** Events up to a moment and with it, in milliseconds since the Unix epoch. */
  countUpTo(time: number): number {
    const second = Math.floor(time / 1000);
    let [low, high] = [0, this.#seconds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#seconds[middle] ?? 0) <= second) low = middle + 1;
      else high = middle;
    }
    return this.#counts[low - 1] ?? 0;
  }
}
