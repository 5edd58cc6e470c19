import { type DynamoDBClient, UpdateItemCommand, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import { type RecordingEffects, type RecordOutcome, URI_ATTRIBUTE } from './record-uri.ts';

/** Recording's effects on the users table. */
export function usersTable(client: DynamoDBClient): RecordingEffects {
  return {
    async updateItem(input) {
      try {
        return recordedOutcome(await client.send(new UpdateItemCommand(input)));
      } catch (error) {
        return failedOutcome(error);
      }
    },
  };
}

/**
 * Says what the success of the update means.
 * @param answer with what the updated attributes were before
 */
function recordedOutcome({ Attributes: before }: UpdateItemCommandOutput): RecordOutcome {
  return { kind: before?.[URI_ATTRIBUTE] === undefined ? 'recorded' : 'recorded-before' };
}

/**
 * Says what a failed update means. A failed condition comes with the row, if there is one: without a row the first of the two
 * conditions failed.
 *
 * @param error what the client threw
 */
function failedOutcome(error: unknown): RecordOutcome {
  const failure = readServiceFailure(error);
  if (failure.code === 'ConditionalCheckFailedException') {
    const { Item: row } = error as { Item?: Readonly<Record<string, unknown>> };
    if (row === undefined) return { kind: 'row-gone' };
    return { kind: 'different-uri', recorded: describeAttribute(row[URI_ATTRIBUTE]) };
  }
  return { kind: failure.transient ? 'retry' : 'refused', problem: describeServiceFailure(failure), cause: error };
}

/** The text of a string attribute; of anything else, which no service of ours wrote, its typed form. */
function describeAttribute(attribute: unknown): string {
  const text = (attribute as { S?: unknown } | undefined)?.S;
  return typeof text === 'string' && text !== '' ? text : (JSON.stringify(attribute) ?? 'nothing');
}
