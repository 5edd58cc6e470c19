import { Readable } from 'node:stream';
import { type KeyRange, SortedKeys } from './sorted-keys.ts';

/** How dynalite's stores answer: with undefined for a value that does not exist. */
type Done<T = void> = (error: null, value?: T) => void;

/** A put or a delete. */
export interface Write {
  readonly key: string;
  /** JSON text of the value before; undefined if there was none. */
  readonly before: string | undefined;
  /** JSON text of the new value; undefined if it was deleted. */
  readonly after: string | undefined;
}

/** How many keys a reader of many values looks up at a time. */
const READ_AHEAD = 100;

/**
 * Values by key, in the order of the keys: what dynalite asks of its database. Every call is done when it returns, so a key needs no
 * lock: what dynalite does between reading an item and writing it is one turn of the event loop. Values are kept as JSON text:
 * nothing can change them, and many small objects would take more memory and garbage collection.
 */
export class KeyedValues {
  readonly #values = new Map<string, string>();
  readonly #keys = new SortedKeys();
  #onWrite: (write: Write) => void = () => {};

  /** Calls `listener` for each put and delete from now on, in the same turn. */
  onWrite(listener: (write: Write) => void): void {
    this.#onWrite = listener;
  }

  get(key: string, done: Done<object>): void {
    const text = this.#values.get(key);
    done(null, text === undefined ? undefined : JSON.parse(text));
  }

  put(key: string, value: object, done: Done): void {
    const before = this.#values.get(key);
    const after = JSON.stringify(value);
    this.load(key, after);
    this.#onWrite({ key, before, after });
    done(null);
  }

  del(key: string, done: Done): void {
    const before = this.#values.get(key);
    if (this.#values.delete(key)) this.#keys.delete(key);
    this.#onWrite({ key, before, after: undefined });
    done(null);
  }

  lock(_key: string, run: (release: <T>(done: T) => T) => void): void {
    run((done) => done);
  }

  createKeyStream(range: KeyRange = {}): Readable {
    return streamOf(this.#read(range, (key) => key));
  }

  createValueStream(range: KeyRange = {}): Readable {
    return streamOf(this.#read(range, (_key, text) => JSON.parse(text)));
  }

  /** JSON text of a value. */
  textOf(key: string): string | undefined {
    return this.#values.get(key);
  }

  /** Puts a value that is JSON text already. It does not count as a write. */
  load(key: string, text: string): void {
    if (!this.#values.has(key)) this.#keys.add(key);
    this.#values.set(key, text);
  }

  /** Values may come and go while they are read. */
  *#read<T>(range: KeyRange, read: (key: string, text: string) => T): Generator<T> {
    for (let left = range; ; ) {
      const keys = this.#keys.read(left, READ_AHEAD);
      for (const key of keys) {
        const text = this.#values.get(key);
        if (text !== undefined) yield read(key, text);
      }
      const last = keys.at(-1);
      if (last === undefined || keys.length < READ_AHEAD) return;
      left = range.reverse ? { ...range, lt: last } : { ...range, gt: last };
    }
  }
}

/** A stream that its reader may end early. */
function streamOf<T>(values: Generator<T>): Readable {
  return new Readable({
    objectMode: true,
    read() {
      for (;;) {
        const { done, value } = values.next();
        if (!this.push(done ? null : value) || done) return;
      }
    },
  });
}
