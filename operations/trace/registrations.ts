import { HopBuilder } from './hop-builder.ts';
import type { TracedRegistration } from './hops.ts';
import { isOpen, waitsForPipe } from './marks.ts';
import { type FollowedUser, RegistrationIds, UNKNOWN } from './registration-ids.ts';
import type { Names, TraceItem } from './trace-items.ts';

/**
 * A user's registrations, each with its hops.
 * @param items entries of the journal and lines of logs, in their order; those of other users are skipped
 * @returns in the order in which they began
 */
export function registrationsOf(items: readonly TraceItem[], user: FollowedUser, names: Names): TracedRegistration[] {
  const ids = new RegistrationIds(user);
  const builders = new Map<string, HopBuilder>();
  /** The entry that says that the pipe is stopped. */
  let stopped: TraceItem | undefined;
  for (const item of items) {
    for (const key of ids.take(item)) {
      const builder = builders.get(key) ?? new HopBuilder(names);
      builders.set(key, builder);
      builder.add(item);
      if (stopped !== undefined && item.entry?.hop === 'stream-record' && waitsForPipe(builder.hops)) {
        builder.add({ ...stopped, entry: { ...stopped.entry, at: item.at } } as TraceItem);
      }
    }
    if (item.entry === undefined) continue;
    const { hop, action, state, pipe } = item.entry;
    if (hop === 'lab' && action === 'skip') {
      for (const builder of builders.values()) if (isOpen(builder.hops)) builder.add(item);
    }
    if (hop === 'pipe-state' && names.isPipe(pipe)) {
      for (const builder of builders.values()) if (waitsForPipe(builder.hops)) builder.add(item);
      stopped = state === 'STOPPED' ? item : undefined;
    }
  }
  return [...builders].map(([key, { hops }]) => ({ ...(key !== UNKNOWN && { correlationId: key }), hops }));
}
