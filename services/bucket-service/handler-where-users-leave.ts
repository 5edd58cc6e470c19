import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient } from '../shared/aws-client.ts';
import { readEnvironment } from '../shared/environment.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { BUCKET_VARIABLES, bucketSettings } from './bucket-settings.ts';
import { createProvisioner } from './provisioner.ts';
import { asFirstRegistered } from './restored-registration.ts';
import { userRows } from './user-row.ts';

const environment = readEnvironment([...BUCKET_VARIABLES, 'USERS_TABLE_NAME', 'USER_ID_ATTRIBUTE']);
const settings = bucketSettings(environment);
const telemetry = createTelemetry();
const readRow = userRows(createClient(DynamoDBClient, telemetry), {
  tableName: environment.USERS_TABLE_NAME,
  userIdAttribute: environment.USER_ID_ATTRIBUTE,
});

/**
 * Gives every registered user a bucket; those who are back get the one that their row names. A file of its own, so that other
 * stages load no client of DynamoDB at a cold start.
 */
export const handler = createProvisioner({
  settings,
  telemetry,
  asFirst: async (registered) => asFirstRegistered(registered, await readRow(registered.data.userId), settings),
});
