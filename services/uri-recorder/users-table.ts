import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { recordOutcome } from './record-outcome.ts';
import type { RecordingEffects } from './record-uri.ts';

/** Recording's effects on the users table. */
export function usersTable(client: DynamoDBClient): RecordingEffects {
  return {
    async updateItem(input) {
      try {
        await client.send(new UpdateItemCommand(input));
        return recordOutcome();
      } catch (error) {
        return recordOutcome(error);
      }
    },
  };
}
