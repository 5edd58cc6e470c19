import { UserDeletedV1 } from '../../schemas/generated/user-deleted.v1.ts';
import { createSubscriber } from '../shared/subscriber.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { createSettler } from './settler.ts';

const telemetry = createTelemetry();
const settleUser = createSettler(telemetry);

/** Retires the buckets of every user who left, unless they are back. */
export const handler = createSubscriber({
  contract: UserDeletedV1,
  telemetry,
  handle: ({ data }, context) => settleUser(data.userId, { mayRetire: true }, context),
});
