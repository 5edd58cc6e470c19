import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { userRows } from '../bucket-service/user-row.ts';
import { createClient } from '../shared/aws-client.ts';
import { readEnvironment } from '../shared/environment.ts';
import type { EventContext } from '../shared/subscriber.ts';
import type { Telemetry } from '../shared/telemetry.ts';
import { RETIREMENT_VARIABLES, retirementSettings } from './retirement-settings.ts';
import { s3Settling } from './s3-settling.ts';
import { type SettlingEffects, settleBuckets } from './settle-buckets.ts';

/** Settles the buckets of one user, and reports what was done. */
export type SettleUser = (
  userId: string,
  options: { readonly mayRetire: boolean },
  context: Pick<EventContext, 'logger' | 'count'>,
) => Promise<void>;

/** Makes a service's function that settles buckets; its subscription must have the access `retire-user-buckets`. */
export function createSettler(telemetry: Telemetry): SettleUser {
  const environment = readEnvironment([...RETIREMENT_VARIABLES, 'USERS_TABLE_NAME', 'USER_ID_ATTRIBUTE']);
  const table = { tableName: environment.USERS_TABLE_NAME, userIdAttribute: environment.USER_ID_ATTRIBUTE };
  const settings = retirementSettings(environment);
  const effects: SettlingEffects = {
    ...s3Settling(createClient(S3Client, telemetry), settings.region),
    readRow: userRows(createClient(DynamoDBClient, telemetry), table),
    now: () => Math.floor(Date.now() / 1000),
  };
  return async (userId, options, { logger, count }) => {
    const { retired, restored, notTheirs } = await settleBuckets(userId, settings, effects, options);
    for (const bucketName of retired) {
      count('BucketsRetired');
      logger.info('bucket retired: its user left', { bucketName });
    }
    for (const bucketName of restored) {
      count('BucketsRestored');
      logger.info('bucket restored: its user is back', { bucketName });
    }
    if (retired.length === 0 && restored.length === 0) logger.debug('no bucket to retire or to restore');
    for (const bucketName of notTheirs) {
      logger.warn('a bucket with a name of this user is not tagged as theirs; it stays as it is', { bucketName });
    }
  };
}
