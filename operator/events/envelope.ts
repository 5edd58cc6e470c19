/** An event as the bus hands it out, as far as it is looked at here. */
export interface Envelope {
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly detail: {
    readonly metadata?: { readonly eventId?: unknown };
    readonly data?: { readonly userId?: unknown };
  };
  readonly 'replay-name'?: string;
}

/**
 * What is the same of an event however often it is read from the archive, and another for each replay that the bus sees. AWS
 * does not say whether the envelope's id is.
 */
export function identityOf({ id, time, detail, 'replay-name': replay }: Envelope): string {
  const eventId = detail.metadata?.eventId;
  const identity = typeof eventId === 'string' ? `${eventId} ${time}` : id;
  return replay === undefined ? identity : `${identity} ${replay}`;
}

/** An event without the name of a replay: as it was archived. */
export function asArchived({ 'replay-name': _, ...event }: Envelope): Envelope {
  return event;
}
