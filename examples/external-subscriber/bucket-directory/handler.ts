import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { BucketCreated } from 'user-bucket-pipeline/events';
import { createClient, createSubscriber, createTelemetry, readEnvironment } from 'user-bucket-pipeline/subscriber';
import { directoryEntry } from './directory-entry.ts';

const { DIRECTORY_TABLE_NAME } = readEnvironment(['DIRECTORY_TABLE_NAME']);
const telemetry = createTelemetry();
const dynamodb = createClient(DynamoDBClient, telemetry);

/** Lists every new bucket in the directory. */
export const handler = createSubscriber({
  contract: BucketCreated,
  telemetry,
  async handle(event, { logger }) {
    await dynamodb.send(new PutItemCommand({ TableName: DIRECTORY_TABLE_NAME, Item: directoryEntry(event) }));
    logger.info('bucket listed', { bucketName: event.data.bucketName });
  },
});
