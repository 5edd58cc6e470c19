/** What is to be run at a time. */
export interface Task {
  readonly id: number;
  /** Unix epoch milliseconds. */
  readonly due: number;
  readonly run: () => void;
}

/** Timers by time, those of the same time in the order in which they were set. */
export class TimerQueue {
  readonly #heap: Task[] = [];
  readonly #removed = new Set<number>();
  readonly #waiting = new Set<number>();

  clear(): void {
    this.#heap.length = 0;
    this.#removed.clear();
    this.#waiting.clear();
  }

  add(task: Task): void {
    this.#waiting.add(task.id);
    const heap = this.#heap;
    let place = heap.push(task) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[place] = heap[parent] as Task;
      place = parent;
    }
    heap[place] = task;
  }

  /** Does nothing if it has fired. */
  remove(id: number): void {
    if (this.#waiting.delete(id)) this.#removed.add(id);
  }

  get next(): Task | undefined {
    while (this.#heap[0] !== undefined && this.#removed.delete(this.#heap[0].id)) this.#pop();
    return this.#heap[0];
  }

  take(): Task | undefined {
    const { next } = this;
    if (next === undefined) return undefined;
    this.#waiting.delete(next.id);
    this.#pop();
    return next;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Task)) child += 1;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[place] = heap[child] as Task;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.due < other.due || (one.due === other.due && one.id < other.id);
}
