import type { Envelope, ReceivedEvent } from '../../../../operations/events/session.ts';

/** An event of that moment, in seconds since the Unix epoch. */
export function event(id: string, seconds = 0, more: Partial<Envelope> = {}): Envelope {
  return {
    id,
    'detail-type': 'BucketCreated',
    source: 'bucket-service',
    time: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
    detail: { metadata: { eventId: `${id}:BucketCreated` }, data: { userId: 'alice' } },
    ...more,
  };
}

/** An event as a queue gives it. */
export function received(event: Envelope): ReceivedEvent {
  return { event, text: JSON.stringify(event) };
}

export function ids(events: readonly Envelope[]): string[] {
  return events.map(({ id }) => id);
}
