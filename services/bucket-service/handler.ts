import { S3Client } from '@aws-sdk/client-s3';
import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { createClient } from '../shared/aws-client.ts';
import { publishToBus } from '../shared/bus.ts';
import { readEnvironment } from '../shared/environment.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { BUCKET_VARIABLES, bucketSettings } from './bucket-settings.ts';
import { type ProvisioningEffects, provisionBucket } from './provision-bucket.ts';
import { asFirstRegistered } from './restored-registration.ts';
import { s3Buckets } from './s3-buckets.ts';
import type { ReadUserRow } from './user-row.ts';

const settings = bucketSettings(readEnvironment(BUCKET_VARIABLES));
const telemetry = createTelemetry();
const readRow = await rowReader();
const publish = publishToBus(telemetry);
const effects: ProvisioningEffects = {
  ...s3Buckets(createClient(S3Client, telemetry)),
  publish: (detail) => publish(BucketCreatedV1, detail),
  now: () => Math.floor(Date.now() / 1000),
};

/** Gives every registered user a bucket. */
export const handler = createSubscriber({
  contract: UserRegisteredV1,
  telemetry,
  async handle(event, { logger, count }) {
    const registered = await repeated(event);
    const { outcome, bucketName, addedTags } = await provisionBucket(registered, settings, effects);
    count(outcome === 'created' ? 'BucketsCreated' : 'BucketsAlreadyThere');
    logger.info(outcome === 'created' ? 'bucket created' : 'bucket was already there', { bucketName });
    if (addedTags.length > 0) logger.info('bucket tags completed', { bucketName, addedTags });
  },
});

/** In a stage where users leave, rows of users who are back name their bucket. Other stages load no client for it. */
async function rowReader(): Promise<ReadUserRow | undefined> {
  if (process.env.USERS_TABLE_NAME === undefined) return undefined;
  const [{ DynamoDBClient }, { userRows }] = await Promise.all([
    import('@aws-sdk/client-dynamodb'),
    import('./user-row.ts'),
  ]);
  const { USERS_TABLE_NAME, USER_ID_ATTRIBUTE } = readEnvironment(['USERS_TABLE_NAME', 'USER_ID_ATTRIBUTE']);
  const table = { tableName: USERS_TABLE_NAME, userIdAttribute: USER_ID_ATTRIBUTE };
  return userRows(createClient(DynamoDBClient, telemetry), table);
}

async function repeated(registered: UserRegisteredV1): Promise<UserRegisteredV1> {
  if (readRow === undefined) return registered;
  return asFirstRegistered(registered, await readRow(registered.data.userId), settings);
}
