import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  type GetBucketTaggingCommandOutput,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import type { SettingStep } from './bucket-plan.ts';
import type { BucketTag } from './bucket-tags.ts';
import { createOutcome } from './create-outcome.ts';
import type { ProvisioningEffects } from './provision-bucket.ts';

/** Provisioning's effects on S3. */
export function s3Buckets(client: S3Client): Omit<ProvisioningEffects, 'publish' | 'now'> {
  return {
    async createBucket(input) {
      try {
        await client.send(new CreateBucketCommand(input));
        return createOutcome();
      } catch (error) {
        return createOutcome(error);
      }
    },

    async readTags(Bucket) {
      try {
        return tagsOf(await client.send(new GetBucketTaggingCommand({ Bucket })));
      } catch (error) {
        const { code } = readServiceFailure(error);
        if (code === 'NoSuchTagSet') return [];
        if (code === 'NoSuchBucket') return undefined;
        throw settingsFailure({ kind: 'tags', input: { Bucket } }, error);
      }
    },

    async putTags(Bucket, tags) {
      try {
        await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [...tags] } }));
      } catch (error) {
        throw settingsFailure({ kind: 'tags', input: { Bucket } }, error);
      }
    },

    async applySettings(steps) {
      for (const step of steps) {
        try {
          await apply(client, step);
        } catch (error) {
          throw settingsFailure(step, error);
        }
      }
    },
  };
}

function tagsOf({ TagSet = [] }: GetBucketTaggingCommandOutput): BucketTag[] {
  return TagSet.map(({ Key = '', Value = '' }) => ({ Key, Value }));
}

async function apply(client: S3Client, step: SettingStep): Promise<void> {
  switch (step.kind) {
    case 'cors':
      await client.send(new PutBucketCorsCommand(step.input));
      return;
    case 'public-access':
      await client.send(new PutPublicAccessBlockCommand(step.input));
      return;
    case 'policy':
      await client.send(new PutBucketPolicyCommand(step.input));
      return;
    case 'lifecycle':
      await client.send(new PutBucketLifecycleConfigurationCommand(step.input));
  }
}

/** The setting that could not be set or read. */
interface FailedSetting {
  readonly kind: SettingStep['kind'] | 'tags';
  readonly input: { readonly Bucket: string | undefined };
}

/** Temporary failures: S3 does not know a new bucket everywhere yet, or is still changing it. */
const PASSING_CODES = ['NoSuchBucket', 'OperationAborted'];

const HINTS: Readonly<Record<FailedSetting['kind'], string>> = {
  cors: "check the role's s3:PutBucketCORS grant",
  'public-access': "check the role's s3:PutBucketPublicAccessBlock grant",
  policy:
    "check the role's s3:PutBucketPolicy grant, and for public listing whether the account itself blocks public access",
  lifecycle: "check the role's s3:PutLifecycleConfiguration grant, and s3:GetLifecycleConfiguration if it reads it",
  tags: "check the role's s3:GetBucketTagging and s3:PutBucketTagging grants, and that the bucket has fewer than 50 tags",
};

/** The error for a bucket that exists but could not be configured. */
export function settingsFailure({ kind, input }: FailedSetting, cause: unknown): PermanentError | RetryableError {
  const failure = readServiceFailure(cause);
  const message = `the bucket ${input.Bucket} exists, but its setting "${kind}" failed, ${describeServiceFailure(failure)}`;
  return failure.transient || PASSING_CODES.includes(failure.code)
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause })
    : new PermanentError(message, { hint: HINTS[kind], cause });
}
