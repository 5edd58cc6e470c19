import type {
  BucketLocationConstraint,
  CreateBucketCommandInput,
  PutBucketCorsCommandInput,
  PutBucketLifecycleConfigurationCommandInput,
  PutBucketPolicyCommandInput,
  PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3';
import type { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { partitionOf } from './aws-partition.ts';
import { lifecycleRules } from './bucket-lifecycle.ts';
import { bucketName } from './bucket-name.ts';
import { policyStatements } from './bucket-policy.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { type BucketTag, bucketTags } from './bucket-tags.ts';

/** One call that sets something on the bucket after it is there. Repeating it changes nothing. */
export type SettingStep =
  | { readonly kind: 'cors'; readonly input: PutBucketCorsCommandInput }
  | { readonly kind: 'public-access'; readonly input: PutPublicAccessBlockCommandInput }
  | { readonly kind: 'policy'; readonly input: PutBucketPolicyCommandInput }
  | { readonly kind: 'lifecycle'; readonly input: PutBucketLifecycleConfigurationCommandInput };

/** Exactly what is asked of S3 for one registration. */
export interface BucketPlan {
  readonly bucketName: string;
  readonly create: CreateBucketCommandInput;
  /** Those that `create` brings along. */
  readonly tags: readonly BucketTag[];
  /** Whether CreateBucket answers for a bucket that is ours already as it does for a new one. */
  readonly hidesRepetition: boolean;
  /** To be done in this order. Empty by default. */
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

/** us-east-1 is where buckets go by themselves, and no legal value of LocationConstraint. */
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
  const Statement = policyStatements(`arn:${partitionOf(settings.region).name}:s3:::${Bucket}`, settings);
  if (Statement.length === 0) return [];
  return [{ kind: 'policy', input: { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) } }];
}

function lifecycleSteps(Bucket: string, { lifecycle }: BucketSettings): SettingStep[] {
  const Rules = lifecycleRules(lifecycle);
  return Rules.length === 0 ? [] : [{ kind: 'lifecycle', input: { Bucket, LifecycleConfiguration: { Rules } } }];
}
