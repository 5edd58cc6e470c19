import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { failedOutcome, recordedOutcome } from './record-outcome.ts';
import type { RecordingEffects } from './record-uri.ts';

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
