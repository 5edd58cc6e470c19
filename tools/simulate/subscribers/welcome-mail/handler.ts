import { BucketCreatedV1 } from '../../../../schemas/generated/bucket-created.v1.ts';
import { createSubscriber } from '../../../../services/shared/subscriber.ts';
import { createTelemetry } from '../../../../services/shared/telemetry.ts';
import { failsFor } from '../bug.ts';

const telemetry = createTelemetry();

/** Sends every user a mail, in a log. */
export const handler = createSubscriber({
  contract: BucketCreatedV1,
  telemetry,
  handle: async ({ data }, { logger }) => {
    failsFor(data.userId);
    logger.info('mail sent');
  },
});
