import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { createClient } from '../shared/aws-client.ts';
import { readEnvironment } from '../shared/environment.ts';
import { REGISTRATION_TO_URI } from '../shared/metric-names.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { recordUri, registrationWait } from './record-uri.ts';
import { usersTable } from './users-table.ts';

const environment = readEnvironment(['USERS_TABLE_NAME', 'USER_ID_ATTRIBUTE']);
const table = { tableName: environment.USERS_TABLE_NAME, userIdAttribute: environment.USER_ID_ATTRIBUTE };
const telemetry = createTelemetry();
const effects = usersTable(createClient(DynamoDBClient, telemetry));

/** Records every created bucket in its user's row. */
export const handler = createSubscriber({
  contract: BucketCreatedV1,
  telemetry,
  async handle(created, { logger, count, measure }) {
    const { bucketUri } = created.data;
    const outcome = await recordUri(created, table, effects);
    if (outcome === 'row-gone') {
      count('RowsGone');
      logger.warn('the user is gone, so no bucket URI was recorded; the bucket remains', { bucketUri });
      return;
    }
    count('UrisRecorded');
    logger.info('bucket URI recorded', { bucketUri });
    const wait = registrationWait(created, outcome, Date.now());
    if (wait !== undefined) measure(REGISTRATION_TO_URI, wait, 'Milliseconds');
  },
});
