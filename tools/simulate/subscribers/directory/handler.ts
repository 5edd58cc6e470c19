import { UserRegisteredV1 } from '../../../../schemas/generated/user-registered.v1.ts';
import { createSubscriber } from '../../../../services/shared/subscriber.ts';
import { createTelemetry } from '../../../../services/shared/telemetry.ts';
import { failsFor } from '../bug.ts';

const telemetry = createTelemetry();

/** Lists users, in a log. */
export const handler = createSubscriber({
  contract: UserRegisteredV1,
  telemetry,
  handle: async ({ data }, { logger }) => {
    failsFor(data.userId);
    logger.info('user listed');
  },
});
