import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';

/** What has no bytes needs no place. */
const EMPTY = 0;

const TABLES = `
  CREATE TABLE IF NOT EXISTS object_chunks (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS object_chunks_by_content ON object_chunks (content, position);
`;

/** Bytes of objects and of parts of uploads, in SQLite, each under a number. An upload that is completed moves no bytes. */
export class Contents {
  readonly #last: StatementSync;
  readonly #add: StatementSync;
  readonly #read: StatementSync;
  readonly #remove: StatementSync;
  readonly #move: StatementSync;

  constructor({ db }: Storage) {
    db.exec(TABLES);
    this.#last = db.prepare('SELECT max(content) AS last FROM object_chunks');
    this.#add = db.prepare('INSERT INTO object_chunks (content, position, bytes) VALUES (?, 0, ?)');
    this.#read = db.prepare('SELECT bytes FROM object_chunks WHERE content = ? ORDER BY position');
    this.#remove = db.prepare('DELETE FROM object_chunks WHERE content = ?');
    this.#move = db.prepare('UPDATE object_chunks SET content = ?, position = ? WHERE content = ?');
  }

  /** @returns the number of the new content */
  add(bytes: Uint8Array): number {
    if (bytes.length === 0) return EMPTY;
    const content = this.#next();
    this.#add.run(content, bytes);
    return content;
  }

  /** In the order of their places; none for what is empty. */
  chunks(content: number): Uint8Array[] {
    return this.#read.all(content).map(({ bytes }) => bytes as Uint8Array);
  }

  bytes(content: number): Buffer {
    const [first, ...more] = this.chunks(content);
    if (first === undefined) return Buffer.alloc(0);
    if (more.length > 0) return Buffer.concat([first, ...more]);
    return Buffer.from(first.buffer, first.byteOffset, first.length);
  }

  remove(content: number): void {
    if (content !== EMPTY) this.#remove.run(content);
  }

  /** Makes one content of several, each of one chunk. @returns its number */
  join(contents: readonly number[]): number {
    const joined = this.#next();
    const filled = contents.filter((content) => content !== EMPTY);
    for (const [position, content] of filled.entries()) this.#move.run(joined, position, content);
    return filled.length === 0 ? EMPTY : joined;
  }

  #next(): number {
    return Number(this.#last.get()?.last ?? EMPTY) + 1;
  }
}
