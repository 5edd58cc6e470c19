import { describe, expect, it } from '@jest/globals';
import { createOutcome } from '../../../../services/bucket-service/create-outcome.ts';
import { networkError, serviceError } from '../service-errors.ts';

describe("S3's answer to CreateBucket", () => {
  it.each([
    ['success', undefined, 'created'],
    ['BucketAlreadyOwnedByYou', serviceError('BucketAlreadyOwnedByYou', 409), 'already-ours'],
    ['BucketAlreadyExists', serviceError('BucketAlreadyExists', 409), 'taken'],
    ['OperationAborted', serviceError('OperationAborted', 409), 'retry'],
    ['SlowDown', serviceError('SlowDown', 503), 'retry'],
    ['ServiceUnavailable', serviceError('ServiceUnavailable', 503), 'retry'],
    ['InternalError', serviceError('InternalError', 500), 'retry'],
    ['throttling', serviceError('ThrottlingException', 400), 'retry'],
    ['RequestTimeout', serviceError('RequestTimeout', 400), 'retry'],
    ['no answer', networkError('ECONNRESET'), 'retry'],
    ['InvalidBucketName', serviceError('InvalidBucketName', 400), 'refused'],
    ['TooManyBuckets', serviceError('TooManyBuckets', 400), 'refused'],
    ['AccessDenied', serviceError('AccessDenied', 403), 'refused'],
    ['IllegalLocationConstraintException', serviceError('IllegalLocationConstraintException', 400), 'refused'],
    ['InvalidLocationConstraint', serviceError('InvalidLocationConstraint', 400), 'refused'],
    ['MissingNamespaceHeader', serviceError('MissingNamespaceHeader', 400), 'refused'],
    ['InvalidTag', serviceError('InvalidTag', 400), 'refused'],
    ['a code of tomorrow', serviceError('NeverHeardOf', 400), 'refused'],
  ])('given %s, is understood', (_case, error, kind) => {
    expect(createOutcome(error).kind).toBe(kind);
  });

  it.each([
    ['AccessDenied', /s3:CreateBucket/],
    ['TooManyBuckets', /quota/],
    ['InvalidTag', /bucketTags/],
    ['NeverHeardOf', /look up the code/],
  ])('given %s, says what helps against that', (code, hint) => {
    expect(createOutcome(serviceError(code, 400))).toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it.each(['BucketAlreadyExists', 'OperationAborted', 'TooManyBuckets', 'NeverHeardOf'])(
    'given %s, says what happened and what to do, and keeps the cause',
    (code) => {
      const error = serviceError(code, 409);
      expect(createOutcome(error)).toMatchObject({
        problem: `${code} (409): ${code} happened`,
        hint: expect.stringMatching(/./),
        cause: error,
      });
    },
  );
});
