import { S3Client } from '@aws-sdk/client-s3';
import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';
import { createClient } from '../shared/aws-client.ts';
import { publishToBus } from '../shared/bus.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import type { Telemetry } from '../shared/telemetry.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { type ProvisioningEffects, provisionBucket } from './provision-bucket.ts';
import { s3Buckets } from './s3-buckets.ts';

/** What a stage decides about buckets, and how their making is told. */
export interface ProvisionerProps {
  readonly settings: BucketSettings;
  readonly telemetry: Telemetry;
  /** The registration to give a bucket for, made of the one in the event. @default - the same */
  readonly asFirst?: (registered: UserRegisteredV1) => Promise<UserRegisteredV1>;
}

/** Makes the handler that gives every registered user a bucket. */
export function createProvisioner({ settings, telemetry, asFirst }: ProvisionerProps) {
  const publish = publishToBus(telemetry);
  const effects: ProvisioningEffects = {
    ...s3Buckets(createClient(S3Client, telemetry)),
    publish: (detail) => publish(BucketCreatedV1, detail),
    now: () => Math.floor(Date.now() / 1000),
  };
  return createSubscriber({
    contract: UserRegisteredV1,
    telemetry,
    async handle(event, { logger, count }) {
      const registered = asFirst === undefined ? event : await asFirst(event);
      const { outcome, bucketName, addedTags } = await provisionBucket(registered, settings, effects);
      count(outcome === 'created' ? 'BucketsCreated' : 'BucketsAlreadyThere');
      logger.info(outcome === 'created' ? 'bucket created' : 'bucket was already there', { bucketName });
      if (addedTags.length > 0) logger.info('bucket tags completed', { bucketName, addedTags });
    },
  });
}
