import { AsyncLocalStorage } from 'node:async_hooks';

/** A process that can be killed, of those that share this one: the engine, with all functions that it runs. */
export class Life {
  #isOver = false;
  readonly #onEnd = new Set<() => void>();

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Kills it: none of its timers fires any more, so that nothing of it goes on. */
  end(): void {
    this.#isOver = true;
    for (const ended of this.#onEnd) ended();
    this.#onEnd.clear();
  }

  /** What `ask` comes to in this life; undefined if it ends before. */
  async during<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (this.#isOver) return undefined;
    let ended = () => {};
    const over = new Promise<undefined>((resolve) => {
      ended = () => resolve(undefined);
      this.#onEnd.add(ended);
    });
    try {
      return await Promise.race([lives.run(this, ask), over]);
    } finally {
      this.#onEnd.delete(ended);
    }
  }
}

const lives = new AsyncLocalStorage<Life>();

/** Whether what runs now belongs to a process that was killed. */
export function isDead(): boolean {
  return lives.getStore()?.isOver === true;
}
