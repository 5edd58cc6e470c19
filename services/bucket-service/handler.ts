import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { clientSettings } from '../shared/client-settings.ts';
import { readEnvironment } from '../shared/environment.ts';
import { createPublisher } from '../shared/publish.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { BUCKET_VARIABLES, bucketSettings } from './bucket-settings.ts';
import { type ProvisioningEffects, provisionBucket } from './provision-bucket.ts';
import { s3Buckets } from './s3-buckets.ts';

const environment = readEnvironment(['EVENT_BUS_NAME', ...BUCKET_VARIABLES]);
const settings = bucketSettings(environment);
const telemetry = await createTelemetry();
const events = telemetry.tracing.captureClient(new EventBridgeClient(clientSettings));
const publish = createPublisher({
  eventBusName: environment.EVENT_BUS_NAME,
  putEvents: (input) => events.send(new PutEventsCommand(input)),
});
const effects: ProvisioningEffects = {
  ...s3Buckets(telemetry.tracing.captureClient(new S3Client(clientSettings))),
  publish: (detail) => publish(BucketCreatedV1, detail),
  now: () => Math.floor(Date.now() / 1000),
};

/** Gives every registered user a bucket. */
export const handler = createSubscriber({
  contract: UserRegisteredV1,
  telemetry,
  async handle({ detail }, { logger, count }) {
    const { outcome, bucketName } = await provisionBucket(detail, settings, effects);
    count(outcome === 'created' ? 'BucketsCreated' : 'BucketsAlreadyThere');
    logger.info(outcome === 'created' ? 'bucket created' : 'bucket was already there', { bucketName });
  },
});
