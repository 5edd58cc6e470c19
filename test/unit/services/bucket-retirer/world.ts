import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { RetirementSettings } from '../../../../services/bucket-retirer/retirement-settings.ts';
import type { SettlingEffects } from '../../../../services/bucket-retirer/settle-buckets.ts';
import { bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { type BucketTag, userIdTag } from '../../../../services/bucket-service/bucket-tags.ts';
import { isToBeEmptied, readRetirement } from '../../../../services/bucket-service/retirement.ts';

/** 2026-11-29 06:00:00 UTC. */
export const NOW = 1_795_932_000;
export const TAG = { Key: 'retiredAt', Value: String(NOW) };
export const DAY = { Key: 'emptiedFrom', Value: '2026-12-30' };

export const SETTINGS: RetirementSettings = {
  prefix: 'siu',
  namespace: 'account-regional',
  accountId: '123456789012',
  region: 'ap-northeast-1',
  emptyAfterDays: 30,
};

export interface Bucket {
  tags: readonly BucketTag[];
  rules: readonly LifecycleRule[];
}

/** The bucket of a user who registered then, with the tags of bucket-service. */
export function bucketOf(userId: string, registeredAt: number, more: Partial<Bucket> = {}): [string, Bucket] {
  const tags = [
    { Key: 'app', Value: 'user-bucket-pipeline' },
    { Key: 'userIdSha256', Value: userIdTag(userId) },
    { Key: 'registeredAt', Value: String(registeredAt) },
  ];
  return [bucketName({ userId, registeredAt }, SETTINGS), { tags, rules: [], ...more }];
}

/** A users table and an S3 that remember. */
export class World {
  readonly rows = new Set<string>();
  readonly buckets: Map<string, Bucket>;
  readonly calls: string[] = [];
  now = NOW;
  /** Each call waits for its turn. */
  turn: () => Promise<void> = async () => {};
  /** Called before each call takes effect, with its number from 1 on. */
  before: (call: number) => void = () => {};
  /** Called after it. */
  after: (call: number) => void = () => {};

  constructor(...buckets: [string, Bucket][]) {
    this.buckets = new Map(buckets);
  }

  readonly effects: SettlingEffects = {
    readRow: (userId) => this.#call('read row', () => (this.rows.has(userId) ? {} : undefined)),
    listBuckets: (prefix) =>
      this.#call('list', () => [...this.buckets.keys()].filter((name) => name.startsWith(prefix))),
    readTags: (name) => this.#call('read tags', () => this.buckets.get(name)?.tags),
    readRules: (name) => this.#call('read rules', () => this.#bucket(name).rules),
    putTags: (name, tags) => this.#call('put tags', () => void Object.assign(this.#bucket(name), { tags })),
    putRules: (name, rules) => this.#call('put rules', () => void Object.assign(this.#bucket(name), { rules })),
    now: () => this.now,
  };

  isRetired(name: string): boolean {
    return readRetirement(this.#bucket(name).tags) !== undefined;
  }

  isToBeEmptied(name: string): boolean {
    return isToBeEmptied(this.#bucket(name).rules);
  }

  #bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Error(`There is no bucket ${name}.`);
    return bucket;
  }

  async #call<T>(name: string, effect: () => T): Promise<T> {
    await this.turn();
    this.calls.push(name);
    const call = this.calls.length;
    this.before(call);
    const result = effect();
    this.after(call);
    return result;
  }
}
