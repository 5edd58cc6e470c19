import { LOCAL_DELAYS } from '../../../operations/events/index.ts';
import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { type ArchivedEvent, bodyOf, type Outcome, type ReplayedMessage } from '../promises/index.ts';
import type { SubscriberQueues } from './stage.ts';

/** An event, so far as it is read here. */
interface Detail {
  readonly metadata: { readonly eventId: string };
  readonly data: { readonly userId: string };
}

/** Every message that a replay brought to a subscriber. */
export function replayedIn(entries: readonly JournalEntry[], queues: readonly SubscriberQueues[]): ReplayedMessage[] {
  const subscriberOf = new Map(
    queues.flatMap(({ subscriber, waiting, dead }) => [waiting, dead].map(({ name }) => [name, subscriber] as const)),
  );
  return entries.flatMap((entry) => {
    const subscriber = subscriberOf.get(String(entry.queue));
    if (entry.hop !== 'message' || subscriber === undefined) return [];
    const { 'replay-name': replay, detail } = bodyOf(entry);
    if (replay === undefined || detail === undefined) return [];
    const { metadata, data } = detail as Detail;
    return [{ replay, subscriber, eventId: metadata.eventId, userId: data.userId }];
  });
}

/** How long the temporary queue of a command must be empty on the engine until the command has read all (`operations/events/session.ts`). */
const QUIET_MS = LOCAL_DELAYS.quietSeconds * 1000;

/**
 * Events of the archive that came to the temporary queue of a command after more than that, or never: the queue refused them, and
 * EventBridge sends them again after a pause, or it was slow.
 * @param times when each entry was written, by its sequence number
 */
export function lateIn(entries: readonly JournalEntry[], times: ReadonlyMap<number, number>): Outcome['lateReads'] {
  const timeOf = ({ sequence, at }: JournalEntry) => times.get(sequence) ?? at;
  const keyOf = ({ rule, eventId }: JournalEntry) => `${rule} ${eventId}`;
  const replayed = entries.filter(({ hop, replay }) => hop === 'event' && replay !== undefined);
  if (replayed.length === 0) return [];
  const events = new Map(replayed.map((entry) => [entry.eventId, entry]));
  const delivered = entries.filter(({ hop, outcome }) => hop === 'rule-delivery' && outcome === 'delivered');
  // The first time: an engine that was killed may send it again.
  const deliveredAt = new Map(delivered.toReversed().map((entry) => [keyOf(entry), timeOf(entry)]));
  return entries.flatMap((entry) => {
    const { hop, matched, rule, eventId } = entry;
    const event = events.get(eventId);
    // A temporary rule has the name of its replay.
    if (hop !== 'rule' || matched !== true || event === undefined || event.replay !== rule) return [];
    const waitedMs = (deliveredAt.get(keyOf(entry)) ?? Number.POSITIVE_INFINITY) - timeOf(entry);
    const isLate = waitedMs >= QUIET_MS;
    return isLate ? [{ replay: String(rule), eventId: (event.detail as Detail).metadata.eventId }] : [];
  });
}

/**
 * Every event that a subscriber got when it was new: the archive keeps all of them.
 * @param times when each entry was written, by its sequence number
 */
export function archivedIn(
  entries: readonly JournalEntry[],
  queues: readonly SubscriberQueues[],
  times: ReadonlyMap<number, number>,
): ArchivedEvent[] {
  const subscriberOf = new Map(queues.map(({ subscriber, ruleName }) => [ruleName, subscriber]));
  const queueOf = new Map(queues.map(({ waiting, subscriber }) => [waiting.name, subscriber]));
  const events = new Map<unknown, JournalEntry>();
  const arrivals = new Map<string, number>();
  for (const entry of entries) {
    const subscriber = queueOf.get(String(entry.queue));
    if (entry.hop !== 'message' || subscriber === undefined) continue;
    const key = `${subscriber} ${bodyOf(entry).id}`;
    if (!arrivals.has(key)) arrivals.set(key, times.get(entry.sequence) ?? entry.at);
  }
  return entries.flatMap((entry) => {
    const { hop, eventId, rule, matched, replay } = entry;
    if (hop === 'event' && replay === undefined) events.set(eventId, entry);
    const subscriber = subscriberOf.get(String(rule));
    const event = events.get(eventId);
    if (hop !== 'rule' || matched !== true || subscriber === undefined || event === undefined) return [];
    const { metadata, data } = event.detail as Detail;
    const arrivedAt = arrivals.get(`${subscriber} ${eventId}`);
    const archivedAt = times.get(event.sequence);
    const archived = { at: event.at, subscriber, eventId: metadata.eventId, userId: data.userId };
    return [
      { ...archived, ...(archivedAt !== undefined && { archivedAt }), ...(arrivedAt !== undefined && { arrivedAt }) },
    ];
  });
}
