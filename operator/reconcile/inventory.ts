import { type BucketNameSettings, readBucketName } from '../../services/bucket-service/bucket-name.ts';

/** The tags that bucket-service gives a bucket, as far as it has them. */
export interface OurTags {
  readonly app?: string;
  /** Whose it is: the SHA-256 of the user's id. */
  readonly owner?: string;
  readonly registeredAt?: string;
  /** Absent also where a registration's id is no legal tag. */
  readonly correlationId?: string;
}

/** A bucket whose name has our form. */
export interface KnownBucket {
  readonly name: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  tags: OurTags;
  /** The user whose row names it; the first one, if several do. */
  namedBy?: string;
  /** Whether a user without URI is to get it. */
  isPromised?: boolean;
}

/** Which of our tags are among a bucket's. */
export function readOurTags(
  tags: Iterable<{ readonly Key?: string | undefined; readonly Value?: string | undefined }>,
): OurTags {
  const all = new Map([...tags].map(({ Key, Value }) => [Key, Value]));
  const [app, owner] = [all.get('app'), all.get('userIdSha256')];
  const [registeredAt, correlationId] = [all.get('registeredAt'), all.get('correlationId')];
  return {
    ...(app !== undefined && { app }),
    ...(owner !== undefined && { owner }),
    ...(registeredAt !== undefined && { registeredAt }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/** Whether a bucket is tagged as bucket-service leaves it. */
export function isTagged({ app, owner, registeredAt }: OurTags): boolean {
  return app !== undefined && owner !== undefined && registeredAt !== undefined;
}

/** All buckets whose names have our form, by name and by whose they are. Those of a hundred thousand users take 60 MB. */
export class BucketInventory {
  readonly naming: BucketNameSettings;
  readonly #buckets = new Map<string, KnownBucket>();
  readonly #byOwner = new Map<string, KnownBucket[]>();
  /** Hashes of users who have a row, of those who own a bucket. */
  readonly #ownersThere = new Set<string>();

  constructor(naming: BucketNameSettings) {
    this.naming = naming;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a bucket in, unless its name has another form. */
  add(name: string, createdAt: number): void {
    if (readBucketName(name, this.naming) === undefined) return;
    this.#buckets.set(name, { name, createdAt, tags: {} });
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
    this.tag(name, {});
    this.#buckets.delete(name);
  }

  /** @param owner SHA-256 of a user's id */
  ownedBy(owner: string): readonly KnownBucket[] {
    return this.#byOwner.get(owner) ?? [];
  }

  /** Says that a user has a row. */
  seeUser(owner: string): void {
    if (this.#byOwner.has(owner)) this.#ownersThere.add(owner);
  }

  hasUser(owner: string): boolean {
    return this.#ownersThere.has(owner);
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
