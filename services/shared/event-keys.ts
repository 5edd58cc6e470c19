/** What identifies an event on its log lines. A key that the event does not have is absent. */
export interface EventKeys {
  eventId?: string;
  correlationId?: string;
  causationId?: string;
  userId?: string;
  /** The replay that delivered the event or its cause, if any. */
  replayName?: string;
}

/**
 * Finds an event's keys. Takes any value: a log line about a broken event needs what is left of it.
 *
 * @param envelope the event as delivered, parsed but not validated
 */
export function findEventKeys(envelope: unknown): EventKeys {
  const detail = property(envelope, 'detail');
  const metadata = property(detail, 'metadata');
  const found: Record<keyof EventKeys, unknown> = {
    eventId: property(metadata, 'eventId'),
    correlationId: property(metadata, 'correlationId'),
    causationId: property(metadata, 'causationId'),
    userId: property(property(detail, 'data'), 'userId'),
    replayName: property(envelope, 'replay-name') ?? property(metadata, 'replayName'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => typeof value === 'string'));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
