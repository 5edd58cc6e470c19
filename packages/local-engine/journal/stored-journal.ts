import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';
import type { JournalEntry } from './journal.ts';

const TABLE = 'CREATE TABLE IF NOT EXISTS journal (last_sequence INTEGER PRIMARY KEY, entries TEXT NOT NULL)';

/** Entries after which those that are no longer kept are deleted. */
const SWEEP_AFTER = 5_000;

/**
 * The journal's entries in the data folder. There are many of them, so they are written a turn's together, as one row, just
 * before the turn becomes lasting.
 */
export class StoredJournal {
  readonly #storage: Storage;
  readonly #capacity: number;
  readonly #insert: StatementSync;
  #unwritten: JournalEntry[] = [];
  #swept = 0;

  /** @param capacity entries that are kept at least */
  constructor(storage: Storage, capacity: number) {
    storage.db.exec(TABLE);
    this.#storage = storage;
    this.#capacity = capacity;
    this.#insert = storage.db.prepare('INSERT INTO journal VALUES (?, ?)');
    storage.beforeCommit(() => this.#write());
  }

  /** The kept entries, oldest first. */
  load(): JournalEntry[] {
    const rows = this.#storage.db.prepare('SELECT entries FROM journal ORDER BY last_sequence').all();
    return rows.flatMap(({ entries }) => JSON.parse(String(entries)) as JournalEntry[]).slice(-this.#capacity);
  }

  append(entry: JournalEntry): void {
    this.#unwritten.push(entry);
    this.#storage.changed();
  }

  #write(): void {
    const newest = this.#unwritten.at(-1)?.sequence;
    if (newest === undefined) return;
    this.#insert.run(newest, JSON.stringify(this.#unwritten));
    this.#unwritten = [];
    if (newest - this.#swept < SWEEP_AFTER) return;
    this.#swept = newest;
    this.#storage.db.prepare('DELETE FROM journal WHERE last_sequence <= ?').run(newest - this.#capacity);
  }
}
