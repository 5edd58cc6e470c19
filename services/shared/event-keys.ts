/** What identifies an event on every log line about it. Absent where the event does not tell. */
export interface EventKeys {
  eventId?: string;
  correlationId?: string;
  causationId?: string;
  userId?: string;
  /** The replay that brought the event, or its cause, where one did. */
  replayName?: string;
}

/**
 * Finds an event's keys. Takes anything, valid or not: a line about a broken event needs whatever it still tells.
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
