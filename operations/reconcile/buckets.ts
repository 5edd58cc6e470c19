import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetBucketTaggingCommand, paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import { type BucketNameSettings, readBucketName } from '../../services/bucket-service/bucket-name.ts';
import { readServiceFailure } from '../../services/shared/service-failure.ts';
import type { OnStack } from '../deployed/stack.ts';
import { bucketNaming, bucketOfUri, NO_TAGS, type OurTags, readOurTags } from '../deployed/user-bucket.ts';

/** What a row says about its user's bucket. */
interface WithUri {
  /** @default - the row has none */
  readonly uri?: string | undefined;
}

/** A bucket whose name has the form of this pipeline. */
export interface KnownBucket {
  readonly name: string;
  /** Whole seconds since the Unix epoch, UTC. */
  readonly createdAt: number;
  tags: OurTags;
  /** The user whose row names it; the first one, if several do. */
  namedBy: string | undefined;
  /** Whether a user without URI will get it. */
  isPromised: boolean;
  /** Whether its owner has a row. */
  hasUser: boolean;
  /** Whether it was listed after the rows were read: that no row names it says nothing then. */
  readonly isLate: boolean;
}

/**
 * All buckets whose names have the form of this pipeline, by name and by owner. It is built to stay small (a hundred thousand
 * buckets take about 50 MB): every bucket has the same fields, and its texts do not keep the answers alive that they were cut from.
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

  /** Adds a bucket, unless its name has another form, or it is known already. */
  add(listedName: string, createdAt: number, isLate = false): void {
    if (this.#buckets.has(listedName) || readBucketName(listedName, this.naming) === undefined) return;
    const name = Buffer.from(listedName, 'latin1').toString('latin1');
    const unknown = { tags: NO_TAGS, namedBy: undefined, isPromised: false, hasUser: false };
    this.#buckets.set(name, { name, createdAt, ...unknown, isLate });
  }

  get(name: string): KnownBucket | undefined {
    return this.#buckets.get(name);
  }

  /** The bucket that a row names; undefined if it names none, or one that is not known. */
  namedIn(row: WithUri): KnownBucket | undefined {
    const name = bucketIn(row);
    return name === undefined ? undefined : this.get(name);
  }

  values(): Iterable<KnownBucket> {
    return this.#buckets.values();
  }

  /** Sets the tags of a bucket; a bucket that is not known is ignored. */
  tag(name: string, tags: OurTags): void {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return;
    if (bucket.tags.owner !== tags.owner) this.#changeOwner(bucket, tags.owner);
    bucket.tags = tags;
  }

  /** Removes a bucket that was listed but does not exist. */
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

/** The name of the bucket in a row's URI; undefined if there is none. */
export function bucketIn({ uri }: WithUri): string | undefined {
  return uri === undefined ? undefined : bucketOfUri(uri);
}

/** S3 returns up to 10,000; a smaller page comes sooner (S3 API reference, ListBuckets). */
const BUCKETS_PER_PAGE = 1000;
/** The maximum (Resource Groups Tagging API reference, GetResources). */
const RESOURCES_PER_PAGE = 100;

const APP_TAG = { Key: 'app', Values: ['user-bucket-pipeline'] };

interface ReadOptions {
  /** Called with how many buckets are known so far. */
  readonly onPage: (buckets: number) => void;
  /** Called with the buckets whose tags were read so far, once all are listed. */
  readonly onTags?: (tagged: number) => void;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/**
 * All buckets of the stack's account and Region whose names have the form of this pipeline, with their tags as the tagging API
 * knows them. It learns of a change a little later than S3: check a suspicious bucket with {@link lookAtBucket}.
 */
export async function readInventory(on: OnStack, options: ReadOptions): Promise<BucketInventory> {
  const inventory = new BucketInventory(bucketNaming(on.stack));
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const orFail = async (part: Promise<void>) => {
    try {
      await part;
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  // Both take many calls, one after the other, to different services.
  let isListed = false;
  const early: { readonly name: string; readonly tags: OurTags }[] = [];
  const list = async () => {
    await listBuckets(on, inventory, false, { ...options, signal });
    isListed = true;
  };
  const tag = (name: string, tags: OurTags) => {
    if (isListed || inventory.get(name) !== undefined) inventory.tag(name, tags);
    else early.push({ name, tags });
  };
  let tagged = 0;
  const onTags = (buckets: number) => {
    tagged = buckets;
    if (isListed) options.onTags?.(tagged);
  };
  await Promise.all([orFail(list()), orFail(readTags(on, tag, onTags, signal))]);
  for (const { name, tags } of early) inventory.tag(name, tags);
  options.onTags?.(tagged);
  return inventory;
}

/** Adds the buckets that were created since. Their tags are not read: use {@link lookAtBucket}. */
export function addLateBuckets(on: OnStack, inventory: BucketInventory, options: ReadOptions): Promise<void> {
  return listBuckets(on, inventory, true, options);
}

async function listBuckets(
  { clients }: OnStack,
  inventory: BucketInventory,
  isLate: boolean,
  { onPage, signal }: ReadOptions,
): Promise<void> {
  const { prefix, region } = inventory.naming;
  const paging = { client: clients.of(S3Client), pageSize: BUCKETS_PER_PAGE };
  for await (const { Buckets = [] } of paginateListBuckets(paging, { Prefix: prefix })) {
    for (const { Name = '', CreationDate, BucketRegion = region } of Buckets) {
      // A global name does not contain the bucket's Region.
      if (BucketRegion === region) inventory.add(Name, Math.floor((CreationDate?.getTime() ?? 0) / 1000), isLate);
    }
    onPage(inventory.size);
    if (signal.aborted) return;
  }
}

async function readTags(
  { clients }: OnStack,
  tag: (name: string, tags: OurTags) => void,
  onTags: (buckets: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const paging = { client: clients.of(ResourceGroupsTaggingAPIClient), pageSize: RESOURCES_PER_PAGE };
  const input = { ResourceTypeFilters: ['s3'], TagFilters: [APP_TAG] };
  let read = 0;
  for await (const { ResourceTagMappingList = [] } of paginateGetResources(paging, input)) {
    for (const { ResourceARN = '', Tags = [] } of ResourceTagMappingList) {
      tag(ResourceARN.split(':').at(-1) ?? '', readOurTags(Tags));
    }
    read += ResourceTagMappingList.length;
    onTags(read);
    if (signal.aborted) return;
  }
}

/** What S3 says about one bucket. */
export type BucketLook =
  | { readonly kind: 'there'; readonly tags: OurTags }
  | { readonly kind: 'missing' }
  /** It is in another account or Region, or reading it is not allowed. */
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Asks S3 about one bucket: whether it exists, and its tags. One call answers both.
 * @throws the error of a failure that may pass, such as throttling, after its retries
 */
export async function lookAtBucket({ clients }: OnStack, Bucket: string): Promise<BucketLook> {
  try {
    const { TagSet = [] } = await clients.of(S3Client).send(new GetBucketTaggingCommand({ Bucket }));
    return { kind: 'there', tags: readOurTags(TagSet) };
  } catch (error) {
    const failure = readServiceFailure(error);
    if (failure.code === 'NoSuchTagSet') return { kind: 'there', tags: readOurTags([]) };
    if (failure.code === 'NoSuchBucket') return { kind: 'missing' };
    if (failure.transient) throw error;
    return { kind: 'unreadable', why: failure.code };
  }
}
