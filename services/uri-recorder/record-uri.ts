import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { PermanentError, RetryableError } from '../shared/errors.ts';
import { RECORDED_ATTRIBUTES } from '../shared/subscription.ts';

/** Where rows are. */
export interface TableSettings {
  readonly tableName: string;
  /** Name of the partition key, a string attribute. */
  readonly userIdAttribute: string;
}

/** The attribute that decides whether a URI is recorded already. */
export const URI_ATTRIBUTE = RECORDED_ATTRIBUTES.uri;
const URL_ATTRIBUTE = RECORDED_ATTRIBUTES.url;

/** DynamoDB has no error code for it, only this message (DynamoDB developer guide, error handling). */
const TOO_LARGE = /item size/i;

/** The outcome of recording a bucket's URI. */
export type RecordOutcome =
  /** The row has the URI now. */
  | { readonly kind: 'recorded' }
  /** The row has it from an earlier delivery. */
  | { readonly kind: 'recorded-before' }
  /** The user was deleted in the meantime. Nothing was written. */
  | { readonly kind: 'row-gone' }
  /**
   * The row names another bucket. Nothing was overwritten. Without the error, on purpose: it holds the whole row,
   * and would carry a user's personal data into the log.
   */
  | { readonly kind: 'different-uri'; readonly recorded: string }
  /** The same request may succeed later. */
  | { readonly kind: 'retry'; readonly problem: string; readonly cause: unknown }
  /** The same request will fail again unless something changes. */
  | { readonly kind: 'refused'; readonly problem: string; readonly cause: unknown };

/** Recording's effects. */
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
  table: TableSettings,
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
          hint: 'find out which bucket is right; to record the new one, remove s3_bucket_uri from the row and redrive',
        },
      );
    case 'refused':
      throw new PermanentError(`DynamoDB refused to record ${created.data.bucketUri}: ${outcome.problem}`, {
        ...about,
        hint: TOO_LARGE.test(outcome.problem)
          ? 'the row has no room for the URI (DynamoDB allows 400 KB): make the row smaller, then redrive'
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

/**
 * Writes a bucket's addresses into its user's row, on two conditions: the row is there (otherwise an update would create a
 * row for a deleted user), and it holds no bucket URI, or this one. Where they fail, DynamoDB answers with
 * the row, so that the reason is known without a second read. Where they hold, it answers with the old values of the two attributes,
 * and so whether the URI is new.
 */
export function uriUpdate({ data }: BucketCreatedV1, table: TableSettings): UpdateItemCommandInput {
  return {
    TableName: table.tableName,
    Key: { [table.userIdAttribute]: { S: data.userId } },
    UpdateExpression: 'SET #uri = :uri, #url = :url',
    // AND binds before OR; the second half needs no row check, since a missing row's URI equals nothing.
    ConditionExpression: 'attribute_exists(#userId) AND attribute_not_exists(#uri) OR #uri = :uri',
    ExpressionAttributeNames: { '#userId': table.userIdAttribute, '#uri': URI_ATTRIBUTE, '#url': URL_ATTRIBUTE },
    ExpressionAttributeValues: { ':uri': { S: data.bucketUri }, ':url': { S: data.bucketUrl } },
    ReturnValues: 'UPDATED_OLD',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/**
 * How long a user waited for the bucket's URI, in milliseconds; up to a second too much, since a registration is dated in whole
 * seconds, rounded down. Undefined for a repetition, which records nothing new, and for a replay or a
 * repair, which belong to an old registration.
 *
 * @param outcome of recording the URI
 * @param now milliseconds since the Unix epoch
 */
export function registrationWait(
  { metadata, data }: BucketCreatedV1,
  outcome: string,
  now: number,
): number | undefined {
  if (outcome !== 'recorded' || metadata.replayName !== undefined) return undefined;
  // Clocks may differ: no wait is negative.
  return Math.max(0, now - data.registeredAt * 1000);
}
