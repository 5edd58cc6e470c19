import { tmpdir } from 'node:os';
import type { DatabaseSync, SQLInputValue, StatementResultingChanges, StatementSync } from 'node:sqlite';
import type { Account } from '../core/account.ts';
import { closeDataFolder, noteClosed, noteCommitted, openDataFolder } from './data-folder.ts';
import { damaged, describeStorageProblem, isStorageFailure, StorageError } from './storage-error.ts';
import { openTemporary } from './temporary-database.ts';

/** How long a write may wait for its commit if no caller waits: a commit costs many times as much as a write. */
const COMMITTED_WITHIN_MS = 5;

const NO_CHANGE: StatementResultingChanges = { changes: 0, lastInsertRowid: 0 };

/**
 * Keeps all state in one SQLite database: a temporary one, or one in a folder that outlives the engine. Each part creates its own
 * tables.
 *
 * In a folder one transaction is always open. Everything that is written in the same turn is committed together, before any
 * answer or refusal of the gateway leaves the engine. So after a `kill -9` the folder holds one consistent moment of the engine,
 * with everything that it has acknowledged. That is why all state is in one database. After a crash of the machine the last
 * moments may be missing.
 */
export class Storage {
  readonly db: DatabaseSync;
  /** Whether it outlives the engine. */
  readonly isLasting: boolean;
  /** What else than a bug may be why a value cannot be read: the engine before was killed. @default - nothing */
  readonly doubt?: string;
  readonly #folder: string | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #beforeCommit: (() => void)[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #planned: NodeJS.Timeout | undefined;
  #isHeld = false;
  #hasCommitted = false;
  /** Whether an engine wrote the folder before. */
  #holdsData = false;
  #failure: StorageError | undefined;
  readonly #onFailure: ((failure: StorageError) => void)[] = [];

  /**
   * @param folder created if necessary. @default - a temporary database
   * @throws StorageError for a folder that another engine uses, that is damaged, or that cannot be read or written
   */
  constructor(folder?: string) {
    this.#folder = folder;
    this.isLasting = folder !== undefined;
    const opened = folder === undefined ? { db: openTemporary(), isAsWritten: true } : openDataFolder(folder);
    this.db = opened.db;
    if (!opened.isAsWritten) this.doubt = `the data in ${folder}, which no engine has closed, is damaged`;
    this.#noticeFailures();
    // Without a folder it never ends: a transaction for each statement would cost nearly as much as the statement.
    this.db.exec('BEGIN');
  }

  /**
   * Sets the Region and account of the data: its ARNs name them.
   * @throws StorageError if the folder holds the data of another one
   */
  claim({ region, id }: Pick<Account, 'region' | 'id'>): void {
    this.db.exec('CREATE TABLE IF NOT EXISTS engine (region TEXT NOT NULL, account TEXT NOT NULL) STRICT');
    const known = this.db.prepare('SELECT region, account FROM engine').get();
    this.#holdsData = known !== undefined;
    if (known === undefined) this.db.prepare('INSERT INTO engine VALUES (?, ?)').run(region, id);
    const refuse = (data: string, wanted: string, what: string) => {
      const message = `${this.#folder} holds the data of ${data}, not of ${wanted}.`;
      throw new StorageError(`${message} Start with that ${what}, or use another folder.`);
    };
    if (known && known.region !== region) refuse(`${known.region}`, region, 'Region');
    if (known && known.account !== id) refuse(`the account ${known.account}`, id, 'account');
  }

  /** A statement, prepared at its first use. */
  prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs a statement that writes; the change is committed soon. @returns the last row that it inserted */
  run(sql: string, ...values: SQLInputValue[]): number {
    const { lastInsertRowid } = this.prepared(sql).run(...values);
    this.changed();
    return Number(lastInsertRowid);
  }

  /** Call this after writes: all writes of the same turn are committed together, soon. */
  changed(): void {
    if (this.isLasting && !this.#failure) this.#planned ??= setTimeout(() => this.#tryCommit(), COMMITTED_WITHIN_MS);
  }

  /**
   * Resolves when everything written until now is committed; wait for it before an answer leaves the engine. All callers of the
   * same turn share a commit. Undefined without a folder, where nothing is committed.
   * @throws StorageError if the folder, or the temporary file, cannot be written, and after that always
   */
  lasting(): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(this.#failure);
    if (!this.isLasting) return undefined;
    if (this.#waiting === undefined) {
      this.#waiting = Promise.withResolvers();
      setImmediate(() => this.#tryCommit());
    }
    return this.#waiting.promise;
  }

  /**
   * Calls `listener` once the folder can no longer be written. Memory is then ahead of the folder, so the engine must not answer
   * from it: it ends, and starts again from what was acknowledged. Without a folder everything is gone then.
   */
  onFailure(listener: (failure: StorageError) => void): void {
    this.#onFailure.push(listener);
  }

  /** Calls `run` before each commit, to write what is cheaper to write together. */
  beforeCommit(run: () => void): void {
    this.#beforeCommit.push(run);
  }

  /** Commits what was written until now. @throws StorageError if the folder cannot be written */
  commit(): void {
    this.#tryCommit();
    if (this.#failure) throw this.#failure;
  }

  #tryCommit(): void {
    clearTimeout(this.#planned);
    this.#planned = undefined;
    if (this.#folder === undefined || this.#isHeld || this.#failure || !this.db.isOpen) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    try {
      for (const run of this.#beforeCommit) run();
      this.db.exec('COMMIT; BEGIN');
      if (!this.#hasCommitted) noteCommitted(this.#folder);
      this.#hasCommitted = true;
      waiting?.resolve();
    } catch (cause) {
      // Also if no caller waits: SQLite has rolled the transaction back.
      const failure = this.#fail(cause as Error);
      waiting?.reject(failure);
    }
  }

  /**
   * A failed write may leave half of a change, deep in background work. After that, writes do nothing: no commit and no answer
   * follows, so their results do not matter.
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
          // SQLite may have rolled everything back before, while it read: then the tables are gone.
          if (!isStorageFailure(error) && this.db.isTransaction) throw error;
          this.#fail(error as Error);
          return NO_CHANGE;
        }
      };
      return statement;
    };
  }

  #fail(cause: Error): StorageError {
    if (this.#failure) return this.#failure;
    const failure = new StorageError(this.#describe(cause), { cause });
    this.#failure = failure;
    this.#waiting?.reject(failure);
    this.#waiting = undefined;
    for (const listener of this.#onFailure) listener(failure);
    return failure;
  }

  #describe(cause: Error): string {
    if (this.#folder !== undefined) {
      const description = describeStorageProblem(cause, this.#folder, 'cannot be written');
      return `${description} Everything that was acknowledged is kept.`;
    }
    const problem = `The engine's temporary file cannot be written: ${cause.message}. Its data is lost.`;
    return `${problem} Free some space in ${tmpdir()}, or keep the data in a folder on another disk.`;
  }

  /**
   * What an error at the start means, if the content of the folder causes it: unreadable JSON, a table of another form, or a value
   * that no engine writes, such as a time without a meaning. Other errors are returned unchanged.
   */
  explain(error: unknown): unknown {
    if (this.#failure) return this.#failure;
    if (this.#folder === undefined || error instanceof StorageError) return error;
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      // Templates do not cause these: what is wrong with them has a name.
      const isOdd = this.#holdsData && (cause instanceof TypeError || cause instanceof RangeError);
      const isUnreadable = isOdd || cause instanceof SyntaxError || 'errcode' in cause;
      if (isUnreadable) return damaged(this.#folder, `its tables cannot be read: ${cause.message}`, error);
    }
    return error;
  }

  /** Commits nothing until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Commits what was written since {@link hold}. */
  release(): void {
    this.#isHeld = false;
    this.commit();
  }

  /** Closes without another commit. */
  abandon(): void {
    if (!this.db.isOpen) return;
    // SQLite itself rolls back a transaction that a full disk has stopped.
    if (this.isLasting && this.db.isTransaction) this.db.exec('ROLLBACK');
    this.#close();
  }

  /** Commits and closes; after a failure it only closes. May be called again. */
  close(): void {
    if (!this.db.isOpen) return;
    this.#tryCommit();
    if (this.#failure) {
      this.abandon();
      return;
    }
    if (this.isLasting) this.db.exec('COMMIT');
    this.#close();
    if (this.#folder !== undefined) noteClosed(this.#folder);
  }

  #close(): void {
    // A statement keeps its database, also from the garbage collector: if the database kept this storage, and with it its
    // statements, none of them would ever be collected.
    Reflect.deleteProperty(this.db, 'prepare');
    if (this.#folder === undefined) this.db.close();
    else closeDataFolder(this.#folder, this.db);
  }
}
