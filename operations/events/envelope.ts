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

/** An event of a replay without that one's name. The envelope's id is still one that the replay has given it. */
export function asArchived({ 'replay-name': _, ...event }: Envelope): Envelope {
  return event;
}
