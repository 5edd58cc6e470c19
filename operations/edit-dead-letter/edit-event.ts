import { createHash } from 'node:crypto';
import { changesBetween, type FieldChange } from '../messages/changes.ts';
import { UsageError } from '../messages/errors.ts';
import { fieldsOf, objectProblem, parseObject, textsOf } from '../messages/json-fields.ts';
import { type ContractCheck, checkContract, draftOf, newEvent } from '../try-events/index.ts';

/** The event of a dead letter, as a person edits it. */
export interface EditableEvent {
  readonly messageId: string;
  /** The whole event, as the rule sent it. */
  readonly envelope: Readonly<Record<string, unknown>>;
}

/** An event that was edited, and is not sent yet. */
export interface EditedEvent extends ContractCheck {
  /** The whole event, as a text. */
  readonly body: string;
  /** `metadata.eventId`, which is new. */
  readonly eventId: string;
  /** `metadata.causationId`: the event that was edited. @default - that has no id */
  readonly causationId?: string;
  readonly correlationId: string;
  /** What differs from the event that was edited. */
  readonly changes: readonly FieldChange[];
}

/** What a person edits: the event's metadata and data. */
export function editableText({ envelope }: EditableEvent): string {
  return `${JSON.stringify(envelope.detail, null, 2)}\n`;
}

/** Whether an edited text says the same as before. */
export function isUnchanged(event: EditableEvent, text: string): boolean {
  return JSON.stringify(parseObject(text)) === JSON.stringify(event.envelope.detail);
}

/**
 * Makes an event of an edited text, and checks it against its contract. The ids are not what the text says: the event is a new
 * one, caused by the original, and belongs to the same registration. Its id is made of the original and the text, so that the
 * same edit, made again after an interruption, is the same event.
 * @throws UsageError for a text that is no JSON object
 */
export function editEvent({ messageId, envelope }: EditableEvent, text: string): EditedEvent {
  const detail = parseObject(text);
  if (detail === undefined || Array.isArray(detail)) {
    throw new UsageError(`the edited event ${objectProblem(text)}; write one such as {"metadata": {…}, "data": {…}}`);
  }
  const original = fieldsOf(fieldsOf(envelope.detail).metadata);
  const ids = textsOf({ eventId: original.eventId, correlationId: original.correlationId });
  const { eventId: _, correlationId: typed, causationId: __, ...metadata } = fieldsOf(detail.metadata);
  const hash = createHash('sha256')
    .update(JSON.stringify([ids.eventId ?? messageId, { ...detail, metadata }]))
    .digest('hex');
  const given = { ...detail, metadata: { ...metadata, ...ids, correlationId: ids.correlationId ?? typed } };
  const { draft, eventId } = newEvent(draftOf({ ...envelope, detail: given }, 'the dead letter'), () =>
    hash.slice(0, 32),
  );
  const event = { ...envelope, id: uuidOf(hash), detail: draft.detail };
  const { causationId, correlationId = eventId } = textsOf(fieldsOf(draft.detail.metadata) as Ids);
  return {
    ...checkContract(draft, event),
    body: JSON.stringify(event),
    eventId,
    correlationId,
    ...(causationId !== undefined && { causationId }),
    changes: changesBetween(envelope.detail, draft.detail),
  };
}

type Ids = Readonly<Record<'causationId' | 'correlationId', unknown>>;

/** In the form of the ids that EventBridge gives. */
function uuidOf(hash: string): string {
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}
