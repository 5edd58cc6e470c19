import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import {
  type CORSRule,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  S3Client,
} from '@aws-sdk/client-s3';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { readServiceFailure } from '../../services/shared/service-failure.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { bucketNaming, bucketOfUri, registrationIn } from '../deployed/user-bucket.ts';
import { URI_ATTRIBUTE } from '../deployed/users-table.ts';

/** What reading one setting gave. */
export type Reading<T> =
  | { readonly kind: 'set'; readonly value: T }
  /** It does not exist, or is not set. */
  | { readonly kind: 'none' }
  /** The caller may not read it: the error's code, and the permission that it needs. */
  | { readonly kind: 'hidden'; readonly code: string; readonly needs: string }
  /** The local engine has no such setting. */
  | { readonly kind: 'unknown' };

const NONE = { kind: 'none' } as const;

/** Error codes of S3 for a bucket that does not exist, and for a setting that it does not have (S3 API reference, error responses). */
const NOT_SET = new Set([
  'NoSuchBucket',
  'NoSuchBucketPolicy',
  'NoSuchCORSConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchTagSet',
  'ServerSideEncryptionConfigurationNotFoundError',
]);

export type BucketTags = readonly { readonly key: string; readonly value: string }[];

/** A bucket and its settings. */
export interface BucketView {
  readonly name: string;
  /** `none` if there is no such bucket; nothing else was read then. */
  readonly region: Reading<string>;
  readonly tags: Reading<BucketTags>;
  readonly publicAccessBlock: Reading<PublicAccessBlockConfiguration>;
  readonly cors: Reading<readonly CORSRule[]>;
  /** The policy document. */
  readonly policy: Reading<unknown>;
  /** `Enabled` or `Suspended`. */
  readonly versioning: Reading<string>;
  /** Such as `AES256`. */
  readonly encryption: Reading<string>;
}

/** A user's row and bucket. */
export interface UserView {
  readonly userId: string;
  readonly table: string;
  readonly userIdAttribute: string;
  /** All attributes of the row; `none` for a user without one. */
  readonly row: Reading<Readonly<Record<string, AttributeValue>>>;
  /** The bucket that the row names; where it names none, the newest one with the user's tag. */
  readonly bucket: Reading<BucketView>;
}

/** Reads a user's row and bucket, each as far as the caller may read it. */
export async function readUser(on: OnStack, userId: string): Promise<UserView> {
  const { clients, stack } = on;
  const table = requireOutput(stack, 'UsersTableName');
  const userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  const row = await reading('dynamodb:GetItem', async () => {
    const Key = { [userIdAttribute]: { S: userId } };
    const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    return (await clients.of(DynamoDBClient).send(get)).Item;
  });
  if (row.kind === 'none') return { userId, table, userIdAttribute, row, bucket: row };
  const named = row.kind === 'set' ? bucketOfUri(row.value[URI_ATTRIBUTE]?.S ?? '') : undefined;
  const name: Reading<string> = named === undefined ? await findByTag(on, userId) : { kind: 'set', value: named };
  const bucket: Reading<BucketView> =
    name.kind === 'set' ? { kind: 'set', value: await viewBucket(clients.of(S3Client), name.value) } : name;
  return { userId, table, userIdAttribute, row, bucket };
}

function findByTag({ clients, stack }: OnStack, userId: string): Promise<Reading<string>> {
  const naming = bucketNaming(stack);
  return reading('tag:GetResources', async () => {
    const { ResourceTagMappingList = [] } = await clients.of(ResourceGroupsTaggingAPIClient).send(
      new GetResourcesCommand({
        ResourceTypeFilters: ['s3'],
        TagFilters: [{ Key: 'userIdSha256', Values: [userIdTag(userId)] }],
      }),
    );
    const [newest] = ResourceTagMappingList.map(({ ResourceARN = '' }) => ResourceARN.split(':').at(-1) ?? '')
      .map((name) => ({ name, registeredAt: registrationIn(name, userId, naming) ?? -1 }))
      .filter(({ registeredAt }) => registeredAt >= 0)
      .sort((a, b) => b.registeredAt - a.registeredAt);
    return newest?.name;
  });
}

/**
 * Reads the settings of a bucket, each as far as the caller may read it.
 * @throws transient errors, such as throttling, after the SDK's retries
 */
export async function viewBucket(s3: S3Client, name: string): Promise<BucketView> {
  const Bucket = name;
  const region = await reading('s3:GetBucketLocation', async () => {
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    // Two Regions have names of their own here (S3 API reference, GetBucketLocation).
    return LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint || 'us-east-1';
  });
  if (region.kind === 'none') return { ...NOTHING, name, region };
  const [tags, publicAccessBlock, cors, policy, versioning, encryption] = await Promise.all([
    reading('s3:GetBucketTagging', async () => {
      const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
      return TagSet.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
    }),
    reading('s3:GetBucketPublicAccessBlock', async () => {
      return (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
    }),
    reading('s3:GetBucketCORS', async () => (await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules),
    reading('s3:GetBucketPolicy', async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      return Policy ? (JSON.parse(Policy) as unknown) : undefined;
    }),
    reading('s3:GetBucketVersioning', async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status),
    reading('s3:GetEncryptionConfiguration', async () => {
      const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    }),
  ]);
  return { name, region, tags, publicAccessBlock, cors, policy, versioning, encryption };
}

const NOTHING: Omit<BucketView, 'name' | 'region'> = {
  tags: NONE,
  publicAccessBlock: NONE,
  cors: NONE,
  policy: NONE,
  versioning: NONE,
  encryption: NONE,
};

/**
 * Reads one setting. That it is not set, and that the caller may not read it, are results too.
 * @param needs the permission for it
 * @throws transient errors, such as throttling, after the SDK's retries
 */
async function reading<T>(needs: string, read: () => Promise<T | undefined>): Promise<Reading<T>> {
  try {
    const value = await read();
    return value === undefined || value === '' ? NONE : { kind: 'set', value };
  } catch (error) {
    const { code, status, transient } = readServiceFailure(error);
    if (NOT_SET.has(code)) return NONE;
    if (code === 'NotImplemented') return { kind: 'unknown' };
    if (transient || status === undefined) throw error;
    return { kind: 'hidden', code, needs };
  }
}
