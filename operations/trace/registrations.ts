import { HopBuilder } from './hop-builder.ts';
import type { Registration } from './hops.ts';
import type { Names } from './names.ts';
import { type FollowedUser, RegistrationIds, UNKNOWN } from './registration-ids.ts';
import type { TraceItem } from './trace-items.ts';

/**
 * A user's registrations, each with its hops.
 * @param items entries of the journal and lines of logs, in their order; those of other users are passed over
 * @returns in the order in which they began
 */
export function registrationsOf(items: readonly TraceItem[], user: FollowedUser, names: Names): Registration[] {
  const ids = new RegistrationIds(user);
  const builders = new Map<string, HopBuilder>();
  for (const item of items) {
    for (const key of ids.take(item)) {
      const builder = builders.get(key) ?? new HopBuilder(names);
      builders.set(key, builder);
      builder.add(item);
    }
  }
  return [...builders].map(([key, { hops }]) => ({ ...(key !== UNKNOWN && { correlationId: key }), hops }));
}
