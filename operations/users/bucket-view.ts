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
  type S3Client,
} from '@aws-sdk/client-s3';
import { NONE, type Part, part } from './part.ts';

export type Tags = readonly { readonly key: string; readonly value: string }[];

/** A bucket and its settings. */
export interface BucketView {
  readonly name: string;
  /** Where it is; `none` if there is no such bucket: then nothing else was looked at. */
  readonly region: Part<string>;
  readonly tags: Part<Tags>;
  readonly publicAccessBlock: Part<PublicAccessBlockConfiguration>;
  readonly cors: Part<readonly CORSRule[]>;
  /** The policy document. */
  readonly policy: Part<unknown>;
  /** `Enabled` or `Suspended`. */
  readonly versioning: Part<string>;
  /** Such as `AES256`. */
  readonly encryption: Part<string>;
}

/**
 * Looks at a bucket, each part by itself: where a permission is missing, the others are seen all the same.
 * @throws what may pass, such as throttling or a lost connection, when it has lasted
 */
export async function viewBucket(s3: S3Client, name: string): Promise<BucketView> {
  const Bucket = name;
  const region = await part('s3:GetBucketLocation', async () => {
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    // Two Regions have names of their own here (S3 API reference, GetBucketLocation).
    return LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint || 'us-east-1';
  });
  if (region.kind === 'none') return { ...NOTHING, name, region };
  const [tags, publicAccessBlock, cors, policy, versioning, encryption] = await Promise.all([
    part('s3:GetBucketTagging', async () => {
      const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
      return TagSet.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
    }),
    part('s3:GetBucketPublicAccessBlock', async () => {
      return (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
    }),
    part('s3:GetBucketCORS', async () => (await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules),
    part('s3:GetBucketPolicy', async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      return Policy ? (JSON.parse(Policy) as unknown) : undefined;
    }),
    part('s3:GetBucketVersioning', async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status),
    part('s3:GetEncryptionConfiguration', async () => {
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
