import type { StatementSync } from 'node:sqlite';
import type { Storage } from '../storage/storage.ts';

export type BucketNamespace = 'global' | 'account-regional';

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly namespace: BucketNamespace;
  /** What GetBucketLocation says: the Region, `EU`, or nothing for us-east-1. */
  readonly constraint: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
}

/** Which buckets a page holds. */
export interface BucketPage {
  /** Only those that stand behind this name. @default - from the beginning */
  readonly after?: string;
  /** How their names begin. @default - in any way */
  readonly prefix?: string;
  /** @default any */
  readonly region?: string;
  readonly limit: number;
}

/** A setting of a bucket, such as its tags, as it is kept. */
export interface BucketSetting {
  readonly name: string;
  readonly document: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, region TEXT NOT NULL, namespace TEXT NOT NULL, location TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS bucket_settings (
    bucket TEXT NOT NULL, setting TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, setting)
  ) WITHOUT ROWID;
`;

/** Sorts behind whatever may follow a prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

const IN_PAGE = `name >= ? AND name <> ? AND name < ? AND region = coalesce(?, region) ORDER BY name LIMIT ?`;

/** What the engine knows of buckets beside their objects, in SQLite: pages of them cost the same wherever they begin. */
export class Buckets {
  readonly #storage: Storage;
  readonly #find: StatementSync;
  readonly #page: StatementSync;
  readonly #settingsPage: StatementSync;
  readonly #setting: StatementSync;
  readonly #writes: Readonly<
    Record<'add' | 'remove' | 'removeSettings' | 'putSetting' | 'removeSetting', StatementSync>
  >;

  constructor(storage: Storage) {
    const { db } = storage;
    this.#storage = storage;
    db.exec(TABLES);
    const columns = 'name, region, namespace, location AS "constraint", created_at AS createdAt';
    this.#find = db.prepare(`SELECT ${columns} FROM buckets WHERE name = ?`);
    this.#page = db.prepare(`SELECT ${columns} FROM buckets WHERE ${IN_PAGE}`);
    this.#settingsPage = db.prepare(
      `SELECT name, document FROM buckets JOIN bucket_settings ON bucket = name AND setting = ? WHERE ${IN_PAGE}`,
    );
    this.#setting = db.prepare('SELECT document FROM bucket_settings WHERE bucket = ? AND setting = ?');
    this.#writes = {
      add: db.prepare('INSERT INTO buckets (name, region, namespace, location, created_at) VALUES (?, ?, ?, ?, ?)'),
      remove: db.prepare('DELETE FROM buckets WHERE name = ?'),
      removeSettings: db.prepare('DELETE FROM bucket_settings WHERE bucket = ?'),
      putSetting: db.prepare('INSERT OR REPLACE INTO bucket_settings VALUES (?, ?, ?)'),
      removeSetting: db.prepare('DELETE FROM bucket_settings WHERE bucket = ? AND setting = ?'),
    };
  }

  find(name: string): Bucket | undefined {
    return this.#find.get(name) as Bucket | undefined;
  }

  add({ name, region, namespace, constraint, createdAt }: Bucket): void {
    this.#writes.add.run(name, region, namespace, constraint, createdAt);
    this.#storage.changed();
  }

  /** Removes a bucket with its settings. */
  remove(name: string): void {
    this.#writes.remove.run(name);
    this.#writes.removeSettings.run(name);
    this.#storage.changed();
  }

  /** @param setting such as `cors` */
  setting(name: string, setting: string): string | undefined {
    return this.#setting.get(name, setting)?.document as string | undefined;
  }

  putSetting(name: string, setting: string, document: string): void {
    this.#writes.putSetting.run(name, setting, document);
    this.#storage.changed();
  }

  removeSetting(name: string, setting: string): void {
    this.#writes.removeSetting.run(name, setting);
    this.#storage.changed();
  }

  /** Buckets in order of their names. */
  page(page: BucketPage): readonly Bucket[] {
    return this.#page.all(...pageParameters(page)) as unknown as Bucket[];
  }

  /** Those buckets that have a setting, in order of their names. */
  pageOfSetting(setting: string, page: BucketPage): readonly BucketSetting[] {
    return this.#settingsPage.all(setting, ...pageParameters(page)) as unknown as BucketSetting[];
  }
}

function pageParameters({ after = '', prefix = '', region, limit }: BucketPage): (string | number | null)[] {
  const first = after > prefix ? after : prefix;
  return [first, after, `${prefix}${LAST_CHARACTER}`, region ?? null, limit];
}
