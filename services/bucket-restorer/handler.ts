import { BucketCreatedV1 } from '../../schemas/generated/bucket-created.v1.ts';
import { createSettler } from '../bucket-retirer/settler.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import { createTelemetry } from '../shared/telemetry.ts';

const telemetry = createTelemetry();
const settleUser = createSettler(telemetry);

/**
 * Restores the retired buckets of every user who is back. A user who left before their bucket was there has it retired now; but
 * not because of a replay, which may be about users who left long ago.
 */
export const handler = createSubscriber({
  contract: BucketCreatedV1,
  telemetry,
  handle: ({ metadata, data }, context) =>
    settleUser(data.userId, { mayRetire: metadata.replayName === undefined }, context),
});
