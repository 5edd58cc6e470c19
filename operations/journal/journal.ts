import { displayId } from '../messages/display.ts';
import { parseObject, textsOf } from '../messages/json-fields.ts';

/** The journal of the local engine as a log group: one line of JSON for each entry. AWS has no such group. */
export const JOURNAL_LOG_GROUP = '/local-engine/journal';

/** An entry of that journal: what one hop did. */
export interface JournalEntry {
  /** 1 for the first entry; a later one has a higher number. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Such as `stream-record`, `rule` or `invocation`. */
  readonly hop: string;
  /** What happened, in the terms of that hop. */
  readonly [field: string]: unknown;
}

/** The fields of an event that lead to its registration. */
export interface EventKeys {
  /** The envelope's id. */
  readonly busEventId?: string;
  readonly detailType?: string;
  readonly userId?: string;
  /** Of the user's bucket. */
  readonly bucketUri?: string;
  readonly eventId?: string;
  readonly correlationId?: string;
  /** The replay, or other repair, that caused it. */
  readonly replayName?: string;
}

interface Envelope {
  readonly id?: unknown;
  readonly 'replay-name'?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: Detail;
}

interface Detail {
  readonly metadata?: { readonly eventId?: unknown; readonly correlationId?: unknown; readonly replayName?: unknown };
  readonly data?: { readonly userId?: unknown; readonly bucketUri?: unknown };
}

/** The keys of an `event` entry. */
export function keysOfEvent({ eventId: id, detailType, detail, replay }: JournalEntry): EventKeys {
  return keysOf({ id, 'detail-type': detailType, detail: detail as Detail, 'replay-name': replay });
}

/** The keys of an event in the body of a queue message; none for another body. */
export function keysOfBody(body: unknown): EventKeys {
  return keysOf((parseObject(String(body)) ?? {}) as Envelope);
}

function keysOf({ id, 'detail-type': detailType, 'replay-name': replayName, detail }: Envelope): EventKeys {
  const { metadata, data } = detail ?? {};
  return textsOf({
    busEventId: id,
    detailType,
    userId: data?.userId,
    bucketUri: data?.bucketUri,
    eventId: metadata?.eventId,
    correlationId: metadata?.correlationId,
    replayName: replayName ?? metadata?.replayName,
  });
}

/** The user whose row a `stream-record` entry is about. */
export function userOfRecord({ keys }: JournalEntry, userIdAttribute: string): string | undefined {
  return (keys as Readonly<Record<string, { readonly S?: string }>> | undefined)?.[userIdAttribute]?.S;
}

/** The URI in the row after a `stream-record` entry. */
export function uriInRecord({ newImage }: JournalEntry, uriAttribute: string): string | undefined {
  return (newImage as Readonly<Record<string, { readonly S?: string }>> | undefined)?.[uriAttribute]?.S;
}

/** A value that is longer is cut. */
const VALUE_COLUMNS = 200;

/** Fields that the reader sees elsewhere, and fields for machines. */
const LEFT_OUT = new Set([
  'level',
  'message',
  'service',
  'timestamp',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'causationId',
  'correlationId',
  'eventId',
  'messageId',
]);

/**
 * A function's log line for people: level, message, and the handler's fields.
 * @param known fields that the reader sees elsewhere
 * @returns undefined for a line of metrics
 */
export function readableLogLine(line: string, known: readonly string[] = []): string | undefined {
  const parsed = parseObject(line);
  if (parsed === undefined) return shown(line);
  if ('_aws' in parsed) return undefined;
  const { level, message } = parsed;
  const fields = Object.entries(parsed).filter(([name]) => !LEFT_OUT.has(name) && !known.includes(name));
  const texts = fields.map(
    ([name, value]) => `${displayId(name)}=${shown(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return [...(level === undefined ? [] : [displayId(String(level))]), shown(String(message)), ...texts].join('  ');
}

/** It cannot control the terminal. */
function shown(text: string): string {
  return displayId(text, VALUE_COLUMNS);
}
