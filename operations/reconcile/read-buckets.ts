import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import type { OnStack } from '../deployed/stack.ts';
import { bucketNaming, readOurTags } from '../deployed/user-bucket.ts';
import { BucketInventory } from './inventory.ts';

/** S3 gives up to 10,000; fewer are soon there (S3 API reference, ListBuckets). */
const BUCKETS_PER_PAGE = 1000;
/** The most that there may be (Resource Groups Tagging API reference, GetResources). */
const RESOURCES_PER_PAGE = 100;

const APP_TAG = { Key: 'app', Values: ['user-bucket-pipeline'] };

/**
 * All buckets of the stack's account and Region whose names have our form, with what the tagging API knows of their tags. It
 * learns of a change a little later than S3: what it says of a bucket that is not well is to be looked up in S3.
 *
 * @param onPage is told how many there are so far
 * @param signal ends it early
 */
export async function readInventory(
  on: OnStack,
  onPage: (buckets: number) => void,
  signal: AbortSignal,
): Promise<BucketInventory> {
  const inventory = new BucketInventory(bucketNaming(on.stack));
  await listBuckets(on, inventory, { isLate: false, onPage, signal });
  await readTags(on, inventory, signal);
  return inventory;
}

/** Takes in the buckets that were made since. What they are tagged with is to be looked up in S3. */
export async function addLateBuckets(
  on: OnStack,
  inventory: BucketInventory,
  onPage: (buckets: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await listBuckets(on, inventory, { isLate: true, onPage, signal });
}

interface Listing {
  readonly isLate: boolean;
  readonly onPage: (buckets: number) => void;
  readonly signal: AbortSignal;
}

async function listBuckets(
  { clients }: OnStack,
  inventory: BucketInventory,
  { isLate, onPage, signal }: Listing,
): Promise<void> {
  const { prefix, region } = inventory.naming;
  let ContinuationToken: string | undefined;
  do {
    const page = await clients.of(S3Client).send(
      new ListBucketsCommand({
        Prefix: prefix,
        MaxBuckets: BUCKETS_PER_PAGE,
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    for (const { Name = '', CreationDate, BucketRegion = region } of page.Buckets ?? []) {
      // A global name does not say where its bucket is.
      if (BucketRegion === region) inventory.add(Name, Math.floor((CreationDate?.getTime() ?? 0) / 1000), isLate);
    }
    onPage(inventory.size);
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken && !signal.aborted);
}

async function readTags({ clients }: OnStack, inventory: BucketInventory, signal: AbortSignal): Promise<void> {
  let PaginationToken: string | undefined;
  do {
    const page = await clients.of(ResourceGroupsTaggingAPIClient).send(
      new GetResourcesCommand({
        ResourceTypeFilters: ['s3'],
        TagFilters: [APP_TAG],
        ResourcesPerPage: RESOURCES_PER_PAGE,
        ...(PaginationToken && { PaginationToken }),
      }),
    );
    for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
      inventory.tag(ResourceARN.split(':').at(-1) ?? '', readOurTags(Tags));
    }
    PaginationToken = page.PaginationToken;
  } while (PaginationToken && !signal.aborted);
}
