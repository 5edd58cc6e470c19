import { type BucketNameSettings, readBucketName } from '../../services/bucket-service/bucket-name.ts';
import { NO_TAGS, type OurTags } from '../deployed/user-bucket.ts';

/** A bucket whose name has our form. */
export interface KnownBucket {
  readonly name: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  tags: OurTags;
  /** The user whose row names it; the first one, if several do. */
  namedBy: string | undefined;
  /** Whether a user without URI is to get it. */
  isPromised: boolean;
  /** Whether whose it is has a row. */
  hasUser: boolean;
  /** Whether it was listed after the rows were read: that no row names it says nothing then. */
  readonly isLate: boolean;
}

/**
 * All buckets whose names have our form, by name and by whose they are. It is made to be small, a hundred thousand buckets take
 * some 50 MB: every bucket has the same fields, and its texts hold on to no answer that they were cut from.
 */
export class BucketInventory {
  readonly naming: BucketNameSettings;
  readonly #buckets = new Map<string, KnownBucket>();
  readonly #byOwner = new Map<string, KnownBucket[]>();

  constructor(naming: BucketNameSettings) {
    this.naming = naming;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a bucket in, unless its name has another form, or it is known already. */
  add(listedName: string, createdAt: number, isLate = false): void {
    if (this.#buckets.has(listedName) || readBucketName(listedName, this.naming) === undefined) return;
    const name = Buffer.from(listedName, 'latin1').toString('latin1');
    const unknown = { tags: NO_TAGS, namedBy: undefined, isPromised: false, hasUser: false };
    this.#buckets.set(name, { name, createdAt, ...unknown, isLate });
  }

  get(name: string): KnownBucket | undefined {
    return this.#buckets.get(name);
  }

  values(): Iterable<KnownBucket> {
    return this.#buckets.values();
  }

  /** Says what a bucket is tagged with; a bucket that is not known stays so. */
  tag(name: string, tags: OurTags): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    if (bucket.tags.owner !== tags.owner) this.#changeOwner(bucket, tags.owner);
    bucket.tags = tags;
  }

  /** Says that a bucket is not there, though it was listed. */
  remove(name: string): void {
    this.tag(name, NO_TAGS);
    this.#buckets.delete(name);
  }

  /** @param owner SHA-256 of a user's id */
  ownedBy(owner: string): readonly KnownBucket[] {
    return this.#byOwner.get(owner) ?? [];
  }

  #changeOwner(bucket: KnownBucket, owner: string | undefined): void {
    const { owner: before } = bucket.tags;
    if (before !== undefined) {
      const others = this.ownedBy(before).filter((each) => each !== bucket);
      if (others.length > 0) this.#byOwner.set(before, others);
      else this.#byOwner.delete(before);
    }
    if (owner !== undefined) this.#byOwner.set(owner, [...this.ownedBy(owner), bucket]);
  }
}
