import type { Clock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { bounded, type Hop, type JournalEntry, withoutValues } from './journal-entry.ts';

export type { Hop, JournalEntry };

export interface JournalOptions {
  /** How many entries are kept; the oldest are dropped, so that memory does not grow. @default 100,000 */
  readonly capacity?: number;
  /** Keeps the entries after the engine's end, if it is a folder. @default - in memory */
  readonly storage?: Storage;
  /** Keeps only keys and types of rows, messages and events, not their values. @default false */
  readonly typesOnly?: boolean;
}

const KEPT_ENTRIES = 100_000;

/** How long to wait for an entry on an ordinary machine. Only what hangs takes that long. */
const WAIT_MS = 20_000;

const TABLE = 'CREATE TABLE IF NOT EXISTS journal (last_sequence INTEGER PRIMARY KEY, entries TEXT NOT NULL) STRICT';

/** After how many entries the dropped ones are deleted. */
const SWEEP_AFTER = 5_000;

/**
 * What happened to each record, event and message, hop by hop. Views of the system and tests wait for its entries instead of
 * polling. With a data folder it continues where it ended; all entries of a turn are written there as one row, just before the
 * commit, since there are many.
 */
export class Journal {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #typesOnly: boolean;
  readonly #ring: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  readonly #storage: Storage | undefined;
  #written = 0;
  #unstored: JournalEntry[] = [];
  #swept = 0;

  constructor(clock: Clock, { capacity = KEPT_ENTRIES, storage, typesOnly = false }: JournalOptions = {}) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#typesOnly = typesOnly;
    if (!storage?.isLasting) return;
    this.#storage = storage;
    storage.db.exec(TABLE);
    storage.beforeCommit(() => this.#store(storage));
    const rows = storage.db.prepare('SELECT entries FROM journal ORDER BY last_sequence').all();
    const stored = rows.flatMap(({ entries }) => JSON.parse(String(entries)) as JournalEntry[]);
    for (const entry of stored.slice(-capacity)) {
      this.#ring[(entry.sequence - 1) % capacity] = entry;
      this.#written = entry.sequence;
    }
  }

  /**
   * Cuts fields of more than about 64,000 characters. Listeners get the values also if only types are kept.
   * @param fields become the entry, so the caller must not use them again: there are many entries, and copies of objects of so many
   * shapes are slow
   */
  write(hop: Hop, fields: Record<string, unknown>): void {
    const entry = bounded(fields) as { -readonly [member in keyof JournalEntry]: JournalEntry[member] };
    entry.sequence = this.#written + 1;
    entry.at = this.#clock.now();
    entry.hop = hop;
    const kept = this.#typesOnly ? withoutValues(entry) : entry;
    this.#ring[this.#written % this.#capacity] = kept;
    this.#written += 1;
    if (this.#storage) {
      this.#unstored.push(kept);
      this.#storage.changed();
    }
    for (const listener of this.#listeners) listener(entry);
  }

  /** The kept entries, oldest first. */
  entries(): JournalEntry[] {
    const start = Math.max(0, this.#written - this.#capacity) % this.#capacity;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }

  /** The kept entries from that sequence number on, oldest first, without copying them all. */
  *from(sequence: number): Generator<JournalEntry> {
    const oldest = this.#written - this.#capacity + 1;
    for (let next = Math.max(sequence, oldest, 1); next <= this.#written; next++) {
      const entry = this.#ring[(next - 1) % this.#capacity];
      if (entry !== undefined) yield entry;
    }
  }

  /** The kept entries before that sequence number, newest first, without copying them all. @param sequence @default - from the end */
  *before(sequence = Number.POSITIVE_INFINITY): Generator<JournalEntry> {
    const oldest = Math.max(1, this.#written - this.#capacity + 1);
    for (let next = Math.min(sequence - 1, this.#written); next >= oldest; next--) {
      const entry = this.#ring[(next - 1) % this.#capacity];
      if (entry !== undefined) yield entry;
    }
  }

  /** Calls `listener` with every new entry. @returns a function that ends this */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until `count` entries satisfy `matches`, those already kept included.
   * @returns the entry that completed the count
   * @param timeoutMs @default 20 seconds, times the clock's time factor
   * @throws after `timeoutMs` milliseconds, naming `what` was waited for
   */
  waitFor(
    what: string,
    matches: (entry: JournalEntry) => boolean,
    { count = 1, timeoutMs = WAIT_MS * this.#clock.timeFactor }: { count?: number; timeoutMs?: number } = {},
  ): Promise<JournalEntry> {
    let seen = 0;
    for (const entry of this.entries()) {
      if (matches(entry) && ++seen === count) return Promise.resolve(entry);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Waited ${timeoutMs} ms for ${what}: it happened ${seen} of ${count} times.`));
      }, timeoutMs);
      const stop = this.subscribe((entry) => {
        if (!matches(entry) || ++seen < count) return;
        clearTimeout(timer);
        stop();
        resolve(entry);
      });
    });
  }

  #store(storage: Storage): void {
    const newest = this.#unstored.at(-1)?.sequence;
    if (newest === undefined) return;
    storage.prepared('INSERT INTO journal VALUES (?, ?)').run(newest, JSON.stringify(this.#unstored));
    this.#unstored = [];
    if (newest - this.#swept < SWEEP_AFTER) return;
    this.#swept = newest;
    storage.prepared('DELETE FROM journal WHERE last_sequence <= ?').run(newest - this.#capacity);
  }
}
