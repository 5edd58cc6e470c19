import type { Storage } from '../storage/storage.ts';

export type BucketNamespace = 'global' | 'account-regional';

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly namespace: BucketNamespace;
  /** What GetBucketLocation answers: the Region, `EU`, or nothing for us-east-1. */
  readonly constraint: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
}

/** Which buckets a page holds. */
interface BucketPage {
  /** The page begins behind this name. @default - with the first */
  readonly after?: string;
  /** @default - names may begin in any way */
  readonly prefix?: string;
  /** @default - any */
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
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS bucket_settings (
    bucket TEXT NOT NULL, setting TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, setting)
  ) WITHOUT ROWID, STRICT;
`;

/** Sorts behind whatever may follow a prefix. */
const LAST_CHARACTER = '\u{10FFFF}';

const COLUMNS = 'name, region, namespace, location AS "constraint", created_at AS createdAt';

const IN_PAGE = `name >= ? AND name <> ? AND name < ? AND region = coalesce(?, region) ORDER BY name LIMIT ?`;

/** Buckets without their objects, in SQLite: pages of them cost the same wherever they begin. */
export class Buckets {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.db.exec(TABLES);
  }

  find(name: string): Bucket | undefined {
    return this.#storage.prepared(`SELECT ${COLUMNS} FROM buckets WHERE name = ?`).get(name) as Bucket | undefined;
  }

  add({ name, region, namespace, constraint, createdAt }: Bucket): void {
    const sql = 'INSERT INTO buckets (name, region, namespace, location, created_at) VALUES (?, ?, ?, ?, ?)';
    this.#storage.run(sql, name, region, namespace, constraint, createdAt);
  }

  /** Removes a bucket with its settings. */
  remove(name: string): void {
    this.#storage.run('DELETE FROM buckets WHERE name = ?', name);
    this.#storage.run('DELETE FROM bucket_settings WHERE bucket = ?', name);
  }

  /** @param setting such as `cors` */
  setting(name: string, setting: string): string | undefined {
    const row = this.#storage.prepared('SELECT document FROM bucket_settings WHERE bucket = ? AND setting = ?');
    return row.get(name, setting)?.document as string | undefined;
  }

  putSetting(name: string, setting: string, document: string): void {
    this.#storage.run('INSERT OR REPLACE INTO bucket_settings VALUES (?, ?, ?)', name, setting, document);
  }

  removeSetting(name: string, setting: string): void {
    this.#storage.run('DELETE FROM bucket_settings WHERE bucket = ? AND setting = ?', name, setting);
  }

  /** Buckets in order of their names. */
  page(page: BucketPage): readonly Bucket[] {
    const rows = this.#storage.prepared(`SELECT ${COLUMNS} FROM buckets WHERE ${IN_PAGE}`).all(...pageParameters(page));
    return rows as unknown as Bucket[];
  }

  /** The buckets that have a setting, in order of their names. */
  pageOfSetting(setting: string, page: BucketPage): readonly BucketSetting[] {
    const joined = 'buckets JOIN bucket_settings ON bucket = name AND setting = ?';
    const sql = `SELECT name, document FROM ${joined} WHERE ${IN_PAGE}`;
    return this.#storage.prepared(sql).all(setting, ...pageParameters(page)) as unknown as BucketSetting[];
  }
}

function pageParameters({ after = '', prefix = '', region, limit }: BucketPage): (string | number | null)[] {
  const first = after > prefix ? after : prefix;
  return [first, after, `${prefix}${LAST_CHARACTER}`, region ?? null, limit];
}
