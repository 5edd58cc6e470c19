import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';

/** What CreateBucket came to. */
export type CreateOutcome =
  /** The bucket is there and was not before; in us-east-1 also when it was, since S3 answers the same there. */
  | { readonly kind: 'created' }
  /** The bucket was there and is ours: an earlier attempt, a duplicate or a replay. */
  | { readonly kind: 'already-ours' }
  /** Somebody else holds the name. */
  | ({ readonly kind: 'taken' } & NoBucket)
  /** Not now; the same request may succeed later. */
  | ({ readonly kind: 'retry' } & NoBucket)
  /** Not this request, ever, unless something changes. */
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
  InvalidBucketName: 'the naming rules of bucket-name.ts and of S3 differ: correct the rules, deploy, then redrive',
  MissingNamespaceHeader: 'the name ends as account-regional names do: set BUCKET_NAMESPACE accordingly, then redrive',
  InvalidTag: 'correct bucketTags of the stage, or bucket-tags.ts, deploy, then redrive',
  IllegalLocationConstraintException: 'the client and the bucket must have the same Region: check AWS_REGION',
  InvalidLocationConstraint: 'S3 does not know this Region: check AWS_REGION',
};

/**
 * Says what S3's answer to CreateBucket means (S3 API reference, CreateBucket and error responses).
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
        hint: "nothing was changed there; set another bucket name prefix or the 'account-regional' namespace, then redrive",
      };
    // A bucket of that name is being made or deleted at this moment.
    case 'OperationAborted':
      return { ...noBucket, kind: 'retry', hint: 'nothing to do; after a deletion S3 may need hours to free a name' };
  }
  if (failure.transient) return { ...noBucket, kind: 'retry', hint: 'nothing to do unless it lasts' };
  const hint = REFUSAL_HINTS[failure.code] ?? 'look the code up in the S3 API reference (error responses)';
  return { ...noBucket, kind: 'refused', hint };
}
