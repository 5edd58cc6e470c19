import { randomBytes } from 'node:crypto';
import { fieldsOf, textsOf } from '../messages/json-fields.ts';
import { contractOf, type EventDraft } from './event-draft.ts';

/** An event that is ready to be published, and what it came of. */
export interface NewEvent {
  readonly draft: EventDraft;
  /** `metadata.eventId` */
  readonly eventId: string;
  /** The `eventId` of the event that it is a copy of. @default - it is a new one */
  readonly copyOf?: string;
}

/** As the stream record that is the id of a registration: 32 hexadecimal digits. */
const newEventId = () => randomBytes(16).toString('hex');

/**
 * Gives an event the metadata that the pipeline's own have. One that has an `eventId` is copied: the copy gets an id of its own,
 * names the original as its cause, and belongs to the same registration. Any other is new, and begins a registration, unless its
 * `correlationId` says otherwise.
 * @param makeId makes an event id. @default random
 */
export function newEvent(draft: EventDraft, makeId: () => string = newEventId): NewEvent {
  const before = fieldsOf(draft.detail.metadata);
  const { eventId: copyOf, correlationId } = textsOf({ eventId: before.eventId, correlationId: before.correlationId });
  const eventId = makeId();
  const started = correlationId || copyOf || eventId;
  const contract = contractOf(draft);
  const metadata = {
    ...before,
    schemaVersion: before.schemaVersion ?? contract?.schemaVersion,
    eventId,
    correlationId: started,
    ...(copyOf && { causationId: copyOf }),
  };
  return {
    draft: { ...draft, detail: { ...draft.detail, metadata: withCause(draft, metadata) } },
    eventId,
    ...(copyOf && { copyOf }),
  };
}

/** An event that nothing caused, of a type that must have a cause: the registration that it belongs to. */
function withCause(draft: EventDraft, metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { validateDetail } = contractOf(draft) ?? {};
  if (validateDetail === undefined) return metadata;
  validateDetail({ ...draft.detail, metadata });
  const isRequired = validateDetail.errors?.some(({ params }) => params.missingProperty === 'causationId');
  return isRequired ? { ...metadata, causationId: metadata.correlationId } : metadata;
}

/** What identifies one event, or ties it to others. */
const IDS: ReadonlySet<string> = new Set(['eventId', 'correlationId', 'causationId', 'replayName']);

/** A sample as a draft of a new event: without the ids of the registration that it was made up for, and of no replay. */
export function withoutIds({ type, source, detail }: EventDraft): EventDraft {
  const kept = Object.entries(fieldsOf(detail.metadata)).filter(([name]) => !IDS.has(name));
  return { type, source, detail: { ...detail, metadata: Object.fromEntries(kept) } };
}
