import { DatabaseSync } from 'node:sqlite';
import type { Account } from './account.ts';
import { type FauxqsPersistence, PersistenceManager } from './fauxqs-stores.ts';

/** The data folder cannot be used; the message says why and what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Version of the tables' layout, in SQLite's `user_version`; to be raised with every change of it. */
const LAYOUT = 3;

/** How long what nobody waits for may take: a commit costs many times as much as a write. */
const COMMITTED_WITHIN_MS = 5;

/** SQLite's code for a database that another process holds. */
const BUSY = 5;

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
  /** Writes queues' messages and buckets' objects into the same database. @default - in memory fauxqs keeps them itself */
  readonly fauxqs: FauxqsPersistence | undefined;
  /** Whether it outlives the engine. */
  readonly isLasting: boolean;
  readonly #folder: string | undefined;
  readonly #beforeCommit: (() => void)[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #planned: NodeJS.Timeout | undefined;
  #isHeld = false;

  /**
   * @param folder made if it is not there. @default - in memory
   * @throws StorageError for a folder that another engine uses, or that cannot be read
   */
  constructor(folder?: string) {
    this.#folder = folder;
    this.isLasting = folder !== undefined;
    this.fauxqs = folder === undefined ? undefined : open(folder);
    this.db = this.fauxqs?.db ?? new DatabaseSync(':memory:');
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

  /** Is to be called after a write, or some writes, of the same turn: they become lasting soon, and together. */
  changed(): void {
    if (this.isLasting) this.#planned ??= setTimeout(() => this.commit(), COMMITTED_WITHIN_MS);
  }

  /**
   * Resolves when what was written until now is lasting; to be awaited before an answer leaves the engine. All that wait in the
   * same turn share a commit. Undefined in memory, where there is nothing to wait for.
   * @throws StorageError if the folder cannot be written
   */
  lasting(): Promise<void> | undefined {
    if (!this.isLasting) return undefined;
    if (this.#waiting === undefined) {
      this.#waiting = Promise.withResolvers();
      setImmediate(() => this.commit());
    }
    return this.#waiting.promise;
  }

  /** Calls `run` before everything becomes lasting: it writes what is cheaper to write together. */
  beforeCommit(run: () => void): void {
    this.#beforeCommit.push(run);
  }

  /** Makes lasting what was written until now. @throws StorageError if the folder cannot be written */
  commit(): void {
    clearTimeout(this.#planned);
    this.#planned = undefined;
    if (!this.isLasting || this.#isHeld || !this.db.isOpen) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    try {
      for (const run of this.#beforeCommit) run();
      this.db.exec('COMMIT; BEGIN');
      waiting?.resolve();
    } catch (cause) {
      // Nothing that is said from now on would be true: this ends the engine.
      const error = new StorageError(`${this.#folder} cannot be written: ${(cause as Error).message}`, { cause });
      waiting?.reject(error);
      throw error;
    }
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
    if (this.isLasting) this.db.exec('ROLLBACK');
    this.db.close();
  }

  /** Ends with everything lasting. May be called again. */
  close(): void {
    this.commit();
    if (!this.db.isOpen) return;
    if (this.isLasting) this.db.exec('COMMIT');
    this.db.close();
  }
}

function open(folder: string): FauxqsPersistence {
  try {
    // fauxqs's own database, which takes the engine's tables as well.
    const fauxqs = new PersistenceManager(folder);
    // Exclusive: a second engine on the same folder is refused. NORMAL: a commit is safe from the end of this process at
    // once, and from that of the machine a little later; nothing is ever half written.
    fauxqs.db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = NORMAL');
    // The log of changes grows to 16 MB before they are brought into the database: most pages change again by then.
    fauxqs.db.exec('PRAGMA wal_autocheckpoint = 4000');
    const { user_version: layout } = fauxqs.db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (layout !== 0 && layout !== LAYOUT) {
      fauxqs.close();
      const message = `${folder} was written by another version of the engine. Give it an empty folder, or remove this one.`;
      throw new StorageError(message);
    }
    // This write takes the lock.
    fauxqs.db.exec(`PRAGMA user_version = ${LAYOUT}`);
    // Its own transactions are parts of the one that is always open.
    return Object.assign(fauxqs, { transaction: (run: () => void) => run() });
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(describe(error as Error & { errcode?: number }, folder), { cause: error });
  }
}

function describe({ message, errcode }: Error & { errcode?: number }, folder: string): string {
  if (errcode === BUSY) return `${folder} is in use by another engine. Stop that one, or take another folder.`;
  return `${folder} cannot be used for the engine's data: ${message}`;
}
