import type {
  BucketLocationConstraint,
  CreateBucketCommandInput,
  LifecycleRule,
  PutBucketCorsCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketPolicyCommandInput,
  PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { partitionOf } from './aws-partition.ts';
import type { BucketLifecycle } from './bucket-lifecycle.ts';
import { bucketArn, bucketName } from './bucket-name.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { type BucketTag, bucketTags } from './bucket-tags.ts';

/** One call that configures a bucket after its creation. Safe to repeat. */
export type SettingStep =
  | { readonly kind: 'cors'; readonly input: PutBucketCorsCommandInput }
  | { readonly kind: 'public-access'; readonly input: PutPublicAccessBlockCommandInput }
  | { readonly kind: 'policy'; readonly input: PutBucketPolicyCommandInput }
  | { readonly kind: 'lifecycle'; readonly input: PutBucketLifecycleConfigurationCommandInput };

/** The requests to S3 for one registration. */
export interface BucketPlan {
  readonly bucketName: string;
  readonly create: CreateBucketCommandInput;
  /** The tags in `create`. */
  readonly tags: readonly BucketTag[];
  /** Whether CreateBucket answers for our existing bucket as for a new one. */
  readonly hidesRepetition: boolean;
  /** In this order. Empty by default. */
  readonly settings: readonly SettingStep[];
}

/**
 * Plans a user's bucket: private and owned by this account alone, which is how S3 makes buckets by default (since April
 * 2023), unless the settings open it.
 *
 * @throws {PermanentError} for a registration that no name can be made from
 */
export function planBucket(registered: UserRegisteredV1, settings: BucketSettings): BucketPlan {
  const name = bucketName(registered.data, settings);
  const tags = bucketTags(registered, settings.tags);
  return {
    bucketName: name,
    create: {
      Bucket: name,
      ...(settings.namespace === 'account-regional' ? { BucketNamespace: 'account-regional' as const } : {}),
      CreateBucketConfiguration: { ...location(settings.region), Tags: tags },
    },
    tags,
    // S3 API reference, CreateBucket and error responses.
    hidesRepetition: settings.region === 'us-east-1' && settings.namespace === 'global',
    settings: [
      ...(settings.cors ? [corsStep(name)] : []),
      ...(settings.publicListing ? [publicAccessStep(name)] : []),
      ...policySteps(name, settings),
      ...lifecycleSteps(name, settings),
    ],
  };
}

/** us-east-1 is the default, and not a legal value of LocationConstraint. */
function location(region: string): { LocationConstraint?: BucketLocationConstraint } {
  return region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint };
}

function corsStep(Bucket: string): SettingStep {
  const rule = {
    AllowedHeaders: ['*'],
    AllowedMethods: ['GET', 'HEAD', 'POST'],
    AllowedOrigins: ['*'],
    ExposeHeaders: ['x-amz-server-side-encryption', 'x-amz-request-id', 'x-amz-id-2'],
    MaxAgeSeconds: 3000,
  };
  return { kind: 'cors', input: { Bucket, CORSConfiguration: { CORSRules: [rule] } } };
}

/** S3 refuses a public policy as long as public access is blocked. ACLs need not be opened for it, so they are not. */
function publicAccessStep(Bucket: string): SettingStep {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };
  return { kind: 'public-access', input: { Bucket, PublicAccessBlockConfiguration } };
}

function policySteps(Bucket: string, settings: BucketSettings): SettingStep[] {
  const Statement = policyStatements(bucketArn(partitionOf(settings.region).name, Bucket), settings);
  if (Statement.length === 0) return [];
  return [{ kind: 'policy', input: { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) } }];
}

function lifecycleSteps(Bucket: string, { lifecycle }: BucketSettings): SettingStep[] {
  const Rules = lifecycleRules(lifecycle);
  return Rules.length === 0 ? [] : [{ kind: 'lifecycle', input: { Bucket, LifecycleConfiguration: { Rules } } }];
}

/**
 * One rule for every object, or no rule for an empty lifecycle.
 * Source: S3 API reference, PutBucketLifecycleConfiguration and LifecycleRule.
 */
function lifecycleRules(lifecycle: BucketLifecycle): LifecycleRule[] {
  const { abortUploadsAfterDays, intelligentTieringAfterDays, expireObjectsAfterDays } = lifecycle;
  const actions: Partial<LifecycleRule> = {
    ...(abortUploadsAfterDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays },
    }),
    ...(intelligentTieringAfterDays !== undefined && {
      Transitions: [{ Days: intelligentTieringAfterDays, StorageClass: 'INTELLIGENT_TIERING' as const }],
    }),
    ...(expireObjectsAfterDays !== undefined && { Expiration: { Days: expireObjectsAfterDays } }),
  };
  if (Object.keys(actions).length === 0) return [];
  return [{ ID: 'user-bucket-pipeline', Status: 'Enabled', Filter: { Prefix: '' }, ...actions }];
}

/**
 * The statements of a bucket's policy. A bucket has one policy, which PutBucketPolicy replaces, so the statements of all
 * options are made here.
 *
 * @param bucketArn such as `arn:aws:s3:::siutest4-20240430062715`
 * @returns empty where the bucket needs no policy
 */
export function policyStatements(bucketArn: string, { publicListing, tlsOnly }: BucketSettings): object[] {
  return [
    ...(publicListing ? [publicListingStatement(bucketArn)] : []),
    ...(tlsOnly ? [tlsOnlyStatement(bucketArn)] : []),
  ];
}

function publicListingStatement(bucketArn: string): object {
  return {
    Sid: 'PublicListing',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetBucketLocation', 's3:ListBucket'],
    Resource: bucketArn,
  };
}

/** Source: S3 user guide, security best practices, "Enforce encryption of data in transit". A deny is no public policy. */
function tlsOnlyStatement(bucketArn: string): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
