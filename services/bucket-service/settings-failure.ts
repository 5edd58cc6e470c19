import { PermanentError, RetryableError } from '../shared/errors.ts';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import type { SettingStep } from './bucket-plan.ts';

/** What of a bucket could not be set, or read. */
interface FailedSetting {
  readonly kind: SettingStep['kind'] | 'tags';
  readonly input: { readonly Bucket: string | undefined };
}

/** Codes that pass by themselves: a bucket this young is not known everywhere yet, or is still being changed. */
const PASSING_CODES = ['NoSuchBucket', 'OperationAborted'];

const HINTS: Readonly<Record<FailedSetting['kind'], string>> = {
  cors: "check the role's s3:PutBucketCORS grant",
  'public-access': "check the role's s3:PutBucketPublicAccessBlock grant",
  policy:
    "check the role's s3:PutBucketPolicy grant, and for public listing whether the account itself blocks public access",
  lifecycle: "check the role's s3:PutLifecycleConfiguration grant",
  tags: "check the role's s3:GetBucketTagging and s3:PutBucketTagging grants, and that the bucket has less than 50 tags",
};

/** Says what it means that a bucket is there but one of its settings could not be made. */
export function settingsFailure({ kind, input }: FailedSetting, cause: unknown): PermanentError | RetryableError {
  const failure = readServiceFailure(cause);
  const message = `bucket ${input.Bucket} is there, but its setting "${kind}" failed, ${describeServiceFailure(failure)}`;
  return failure.transient || PASSING_CODES.includes(failure.code)
    ? new RetryableError(message, { hint: 'nothing to do unless it lasts', cause })
    : new PermanentError(message, { hint: HINTS[kind], cause });
}
