import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';

/** The outcome of CreateBucket. */
export type CreateOutcome =
  /** The bucket is new; in us-east-1 it may also have been there, since S3 answers the same. */
  | { readonly kind: 'created' }
  /** The bucket was there and is ours, after an earlier attempt, a duplicate or a replay. */
  | { readonly kind: 'already-ours' }
  /** Another account owns the name. */
  | ({ readonly kind: 'taken' } & NoBucket)
  /** The same request may succeed later. */
  | ({ readonly kind: 'retry' } & NoBucket)
  /** The same request will fail again unless something changes. */
  | ({ readonly kind: 'refused' } & NoBucket);

interface NoBucket {
  /** What happened. */
  readonly problem: string;
  /** What a person can do about it. */
  readonly hint: string;
  readonly cause: unknown;
}

const REFUSAL_HINTS: Readonly<Record<string, string>> = {
  AccessDenied: 'check s3:CreateBucket and s3:TagResource in the role, and SCPs above it',
  TooManyBuckets: "raise the account's bucket quota (Service Quotas, S3), then redrive",
  InvalidBucketName: 'the naming rules of bucket-name.ts and of S3 differ: fix bucket-name.ts, deploy, then redrive',
  MissingNamespaceHeader:
    'the name ends like an account-regional name: set bucketNamespace of the stage accordingly, deploy, then redrive',
  InvalidTag: 'fix bucketTags of the stage or bucket-tags.ts, deploy, then redrive',
  IllegalLocationConstraintException: 'the client and the bucket must have the same Region: check AWS_REGION',
  InvalidLocationConstraint: 'S3 does not know this Region: check AWS_REGION',
};

/**
 * Interprets S3's answer to CreateBucket (S3 API reference, CreateBucket and error responses).
 *
 * @param error what the client threw; nothing for a success
 */
export function createOutcome(error?: unknown): CreateOutcome {
  if (error === undefined) return { kind: 'created' };
  const failure = readServiceFailure(error);
  const noBucket = { problem: describeServiceFailure(failure), cause: error };
  switch (failure.code) {
    case 'BucketAlreadyOwnedByYou':
      return { kind: 'already-ours' };
    case 'BucketAlreadyExists':
      return {
        ...noBucket,
        kind: 'taken',
        hint: "that bucket was not changed; set another bucketNamePrefix or the 'account-regional' bucketNamespace, deploy, then redrive",
      };
    // A bucket of that name is being created or deleted.
    case 'OperationAborted':
      return {
        ...noBucket,
        kind: 'retry',
        hint: 'nothing to do; after a deletion S3 may need hours to release a name',
      };
  }
  if (failure.transient) return { ...noBucket, kind: 'retry', hint: 'nothing to do unless it lasts' };
  const hint = REFUSAL_HINTS[failure.code] ?? 'look up the code in the S3 API reference (error responses)';
  return { ...noBucket, kind: 'refused', hint };
}
