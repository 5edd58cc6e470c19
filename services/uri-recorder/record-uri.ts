import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import type { RecordOutcome } from './record-outcome.ts';
import { type UsersTable, uriUpdate } from './uri-update.ts';

/** How DynamoDB words it (DynamoDB developer guide, error handling): it has no error code of its own for it. */
const TOO_LARGE = /item size/i;

/** What recording does to the world. */
export interface RecordingEffects {
  updateItem(input: UpdateItemCommandInput): Promise<RecordOutcome>;
}

/**
 * Records a user's bucket in their row. Safe to repeat: the same bucket again changes nothing.
 *
 * @throws {PermanentError} when the row names another bucket, or DynamoDB refuses for good
 * @throws {RetryableError} when it may work later
 */
export async function recordUri(
  created: BucketCreatedV1,
  table: UsersTable,
  effects: RecordingEffects,
): Promise<'recorded' | 'recorded-before' | 'row-gone'> {
  const outcome = await effects.updateItem(uriUpdate(created, table));
  const about = { userId: created.data.userId, eventId: created.metadata.eventId };

  switch (outcome.kind) {
    case 'recorded':
    case 'recorded-before':
    case 'row-gone':
      return outcome.kind;
    case 'different-uri':
      throw new PermanentError(
        `the user's row holds ${outcome.recorded}, so ${created.data.bucketUri} was not recorded`,
        {
          ...about,
          hint: 'find out which bucket is the right one; to record the new one, remove s3_bucket_uri from the row and redrive',
        },
      );
    case 'refused':
      throw new PermanentError(`DynamoDB refused to record ${created.data.bucketUri}: ${outcome.problem}`, {
        ...about,
        hint: TOO_LARGE.test(outcome.problem)
          ? 'the row has no room for the URI, since DynamoDB allows 400 KB: make the row smaller, then redrive'
          : "check the role's dynamodb:UpdateItem grant, the table's name and the name of its key",
        cause: outcome.cause,
      });
    case 'retry':
      throw new RetryableError(`DynamoDB could not record ${created.data.bucketUri} now: ${outcome.problem}`, {
        ...about,
        hint: 'nothing to do unless it lasts',
        cause: outcome.cause,
      });
  }
}
