import { DatabaseSync, type SQLInputValue, type StatementResultingChanges, type StatementSync } from 'node:sqlite';
import type { Account } from '../core/account.ts';
import {
  closeDataFolder,
  damaged,
  describeStorageProblem,
  isStorageFailure,
  noteCommitted,
  openDataFolder,
  StorageError,
} from './data-folder.ts';

/** How long what nobody waits for may take: a commit costs many times as much as a write. */
const COMMITTED_WITHIN_MS = 5;

const NO_CHANGE: StatementResultingChanges = { changes: 0, lastInsertRowid: 0 };

/**
 * Where the engine keeps what must not be lost, in one SQLite database: in memory, or in a folder that outlives the engine.
 * Each part makes its own tables there.
 *
 * In a folder one transaction is always open. Everything that is written in the same turn becomes lasting together, and
 * before any answer of the gateway, a refusal too, leaves the engine: after a `kill -9` the folder holds one moment of the
 * engine, with every promise that it had given. That is why all state is in one database. It also outlives a crash of the
 * machine, but for the last moments.
 */
export class Storage {
  readonly db: DatabaseSync;
  /** Whether it outlives the engine. */
  readonly isLasting: boolean;
  readonly #folder: string | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #beforeCommit: (() => void)[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #planned: NodeJS.Timeout | undefined;
  #isHeld = false;
  #hasCommitted = false;
  #failure: StorageError | undefined;
  readonly #onFailure: ((failure: StorageError) => void)[] = [];

  /**
   * @param folder made if it is not there. @default - in memory
   * @throws StorageError for a folder that another engine uses, that is damaged, or that cannot be read or written
   */
  constructor(folder?: string) {
    this.#folder = folder;
    this.isLasting = folder !== undefined;
    this.db = folder === undefined ? new DatabaseSync(':memory:') : openDataFolder(folder);
    if (this.isLasting) this.#noticeFailures();
    // In memory it never ends: a transaction for each statement costs nearly as much again as the statement.
    this.db.exec('BEGIN');
  }

  /**
   * Says for which Region and account the data is: ARNs in it name them.
   * @throws StorageError if the folder holds that of another one
   */
  claim({ region, id }: Pick<Account, 'region' | 'id'>): void {
    this.db.exec('CREATE TABLE IF NOT EXISTS engine (region TEXT NOT NULL, account TEXT NOT NULL)');
    const known = this.db.prepare('SELECT region, account FROM engine').get();
    if (known === undefined) this.db.prepare('INSERT INTO engine VALUES (?, ?)').run(region, id);
    else if (known.region !== region) throw this.#otherData(`${known.region}`, region, 'Region');
    else if (known.account !== id) throw this.#otherData(`the account ${known.account}`, id, 'account');
  }

  #otherData(known: string, wanted: string, what: string): StorageError {
    const message = `${this.#folder} holds the data of ${known}, not of ${wanted}.`;
    return new StorageError(`${message} Start with that ${what}, or take another folder.`);
  }

  /** A statement, which is prepared at its first use. */
  prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs a statement that writes; the change becomes lasting soon. @returns the row that it has inserted last */
  run(sql: string, ...values: SQLInputValue[]): number {
    const { lastInsertRowid } = this.prepared(sql).run(...values);
    this.changed();
    return Number(lastInsertRowid);
  }

  /** Is to be called after a write, or some writes, of the same turn: they become lasting soon, and together. */
  changed(): void {
    if (this.isLasting && !this.#failure) this.#planned ??= setTimeout(() => this.#tryCommit(), COMMITTED_WITHIN_MS);
  }

  /**
   * Resolves when what was written until now is lasting; to be awaited before an answer leaves the engine. All that wait in the
   * same turn share a commit. Undefined in memory, where there is nothing to wait for.
   * @throws StorageError if the folder cannot be written, from then on always
   */
  lasting(): Promise<void> | undefined {
    if (!this.isLasting) return undefined;
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#waiting === undefined) {
      this.#waiting = Promise.withResolvers();
      setImmediate(() => this.#tryCommit());
    }
    return this.#waiting.promise;
  }

  /**
   * Calls `listener` once the folder cannot be written any more. What is in memory is then ahead of what is lasting, so that
   * nothing may be answered from it: the engine ends, and starts again from what was acknowledged.
   */
  onFailure(listener: (failure: StorageError) => void): void {
    this.#onFailure.push(listener);
  }

  /** Calls `run` before everything becomes lasting: it writes what is cheaper to write together. */
  beforeCommit(run: () => void): void {
    this.#beforeCommit.push(run);
  }

  /** Makes lasting what was written until now. @throws StorageError if the folder cannot be written */
  commit(): void {
    this.#tryCommit();
    if (this.#failure) throw this.#failure;
  }

  #tryCommit(): void {
    clearTimeout(this.#planned);
    this.#planned = undefined;
    if (!this.isLasting || this.#isHeld || this.#failure || !this.db.isOpen) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    try {
      for (const run of this.#beforeCommit) run();
      this.db.exec('COMMIT; BEGIN');
      this.#noteCommitted();
      waiting?.resolve();
    } catch (cause) {
      // Also without a caller that waits: SQLite has rolled the transaction back.
      const failure = this.#fail(cause as Error);
      waiting?.reject(failure);
    }
  }

  #noteCommitted(): void {
    if (this.#hasCommitted || this.#folder === undefined) return;
    this.#hasCommitted = true;
    noteCommitted(this.#folder);
  }

  /**
   * A write that fails may have left half of a change, deep in work in the background. From then on writes do nothing:
   * nothing becomes lasting any more and nothing is answered, so that what they would have said does not matter.
   */
  #noticeFailures(): void {
    const prepare = this.db.prepare.bind(this.db);
    this.db.prepare = (sql) => {
      const statement = prepare(sql);
      const run = statement.run.bind(statement) as (...values: SQLInputValue[]) => StatementResultingChanges;
      statement.run = (...values: unknown[]) => {
        if (this.#failure) return NO_CHANGE;
        try {
          return run(...(values as SQLInputValue[]));
        } catch (error) {
          if (!isStorageFailure(error)) throw error;
          this.#fail(error);
          return NO_CHANGE;
        }
      };
      return statement;
    };
  }

  #fail(cause: Error): StorageError {
    if (this.#failure) return this.#failure;
    const description = describeStorageProblem(cause, this.#folder ?? '', 'cannot be written');
    const failure = new StorageError(`${description} Everything that was acknowledged is kept.`, { cause });
    this.#failure = failure;
    this.#waiting?.reject(failure);
    this.#waiting = undefined;
    for (const listener of this.#onFailure) listener(failure);
    return failure;
  }

  /**
   * What an error of a start means, if it comes from what the folder holds: JSON that cannot be read, or a table of another
   * form. Other errors are returned as they are.
   */
  explain(error: unknown): unknown {
    if (this.#failure) return this.#failure;
    if (this.#folder === undefined || error instanceof StorageError) return error;
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      const isUnreadable = cause instanceof SyntaxError || 'errcode' in cause;
      if (isUnreadable) return damaged(this.#folder, `its tables hold what cannot be read: ${cause.message}`, error);
    }
    return error;
  }

  /** Nothing becomes lasting until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What was written since {@link hold} becomes lasting. */
  release(): void {
    this.#isHeld = false;
    this.commit();
  }

  /** Ends with nothing lasting of what was not committed. */
  abandon(): void {
    if (!this.db.isOpen) return;
    // SQLite itself takes a transaction back that a full disk has stopped.
    if (this.isLasting && this.db.isTransaction) this.db.exec('ROLLBACK');
    this.#close();
  }

  /** Ends with everything lasting, or after a failure with what was lasting then. May be called again. */
  close(): void {
    if (!this.db.isOpen) return;
    this.#tryCommit();
    if (this.#failure) {
      this.abandon();
      return;
    }
    if (this.isLasting) this.db.exec('COMMIT');
    this.#close();
  }

  #close(): void {
    if (this.#folder === undefined) this.db.close();
    else closeDataFolder(this.#folder, this.db);
  }
}
