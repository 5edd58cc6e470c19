import { randomUUID } from 'node:crypto';
import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { isObject, nestsDeeper } from '../core/json-text.ts';
import type { ActionsOf, RequiredAction } from '../iam/access.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import { type EventBridgeRequest, invalid, membersOf } from './event-bridge-request.ts';

/** One entry of a PutEvents request. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  /** JSON text of an object. */
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Unix epoch seconds, or an ISO 8601 text. */
  readonly Time?: number | string;
  /** An X-Ray trace header; it does not become part of the event. */
  readonly TraceHeader?: string;
}

/** The envelope. Source: EventBridge events reference, event structure. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly 'replay-name'?: string;
}

/** Limits of PutEvents. Source: EventBridge API reference and user guide, eb-putevents. */
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 1_048_576;
const TIME_BYTES = 14;
const MAX_TRACE_HEADER_CHARS = 500;
const MAX_SOURCE_CHARS = 256;
const MAX_DETAIL_TYPE_CHARS = 128;
const MAX_DETAIL_LEVELS = 1000;

const TEXTS = ['Source', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader'] as const;

/**
 * The entries of a request. Each is checked on its own later, even if no entry has all that it needs (recorded on AWS in 2024
 * and 2025).
 * @throws AwsError ValidationException for no entry or too many; SerializationException for a member of the wrong type
 */
export function entriesIn(request: EventBridgeRequest): readonly PutEventsEntry[] {
  const { Entries = null, EndpointId } = request;
  if (EndpointId !== undefined) throw invalid('The local engine has no global endpoints: leave out EndpointId.');
  if (Entries === null) throw membersOf(request).refusal('Entries', 'Member must not be null');
  if (!isListOf(Entries, isObject)) throw mistyped('Entries must be a list of structures.');
  if (Entries.length < 1) throw outOfBounds('greater than or equal to 1');
  if (Entries.length > MAX_ENTRIES) throw outOfBounds(`less than or equal to ${MAX_ENTRIES}`);
  const entries = Entries.map(withoutNulls);
  for (const entry of entries) checkTypes(entry);
  const tooLong = entries.findIndex(({ TraceHeader = '' }) => TraceHeader.length > MAX_TRACE_HEADER_CHARS);
  if (tooLong >= 0) {
    const at = `entries.${tooLong + 1}.member.traceHeader`;
    throw outOfBounds(`less than or equal to ${MAX_TRACE_HEADER_CHARS}`, at);
  }
  return entries;
}

/** @throws AwsError ValidationException for a request that is too large, in AWS's words (recorded in 2024) */
export function checkSize(entries: readonly PutEventsEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > MAX_REQUEST_BYTES) throw invalid('Total size of the entries in the request is over the limit.');
}

/** AWS quotes the entries in full; here messages are logged, and must not. */
function outOfBounds(bound: string, at = 'entries'): AwsError {
  const constraint = `failed to satisfy constraint: Member must have length ${bound}`;
  return invalid(`1 validation error detected: Value at '${at}' ${constraint}`);
}

function mistyped(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

/** A member that is null counts as missing. */
function withoutNulls(entry: object): PutEventsEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
}

function checkTypes(entry: PutEventsEntry): void {
  const { Resources = [], Time = 0 } = entry;
  if (TEXTS.some((name) => entry[name] !== undefined && !isText(entry[name]))) {
    throw mistyped(`${TEXTS.join(', ')} of an entry must be strings.`);
  }
  if (!isListOf(Resources, isText)) throw mistyped('Resources of an entry must be a list of strings.');
  if (!isText(Time) && typeof Time !== 'number') throw mistyped('Time of an entry must be a timestamp.');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isListOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

/** Source: EventBridge user guide, eb-putevents, on the size of an entry. */
function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return texts + (Time === undefined ? 0 : TIME_BYTES);
}

/** The permission that an entry of PutEvents needs. */
export function putEventsAction(
  { EventBusName, Source, DetailType }: PutEventsEntry,
  account: Account,
): RequiredAction {
  // It may be null: the request is not checked yet.
  const bus = EventBusName ?? 'default';
  return {
    action: 'events:PutEvents',
    resource: bus.startsWith('arn:') ? bus : arnOf(account, 'events', `event-bus/${bus}`),
    context: () => ({ 'events:source': Source, 'events:detail-type': DetailType }),
  };
}

/**
 * Only of what functions call: PutEvents, each entry for its own bus. Whether AWS refuses the whole call if only some of its
 * entries are allowed is not confirmed; the engine does.
 * Source: Service authorization reference, Amazon EventBridge.
 */
export const eventsActions: ActionsOf = (operation, request, { account }) => {
  if (operation !== 'PutEvents') return undefined;
  const { Entries } = jsonBody(request);
  // EventBridge itself refuses a malformed entry.
  const entries = Array.isArray(Entries) ? (Entries as readonly (PutEventsEntry | null)[]) : [];
  return entries.map((entry) => putEventsAction(entry ?? {}, account));
};

/**
 * An entry as the event that the bus carries.
 * @param now Unix epoch milliseconds, for an entry without a Time
 * @throws AwsError with the code that the entry's result gets: InvalidArgument, MalformedDetail or
 * NotAuthorizedForSourceException
 */
export function toBusEvent(entry: PutEventsEntry, { id: account, region }: Account, now: number): BusEvent {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source) throw notValid('Source', 'is a required argument');
  if (!DetailType) throw notValid('DetailType', 'is a required argument');
  if (!Detail) throw notValid('Detail', 'is a required argument');
  if (Source.length > MAX_SOURCE_CHARS) {
    throw notValid('Source', `may have ${MAX_SOURCE_CHARS} characters at most`);
  }
  if (DetailType.length > MAX_DETAIL_TYPE_CHARS) {
    throw notValid('DetailType', `may have ${MAX_DETAIL_TYPE_CHARS} characters at most`);
  }
  if (Source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source: aws.* is reserved.');
  }
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account,
    time: toIsoSeconds(Time, now),
    region,
    resources: Resources,
    detail: parseDetail(Detail),
  };
}

function toIsoSeconds(time: number | string | undefined, now: number): string {
  const date = new Date(time === undefined ? now : typeof time === 'number' ? time * 1000 : time);
  if (Number.isNaN(date.getTime())) throw new AwsError('InvalidArgument', `Parameter Time is not valid: ${time}.`);
  return `${date.toISOString().slice(0, 19)}Z`;
}

function notValid(parameter: string, reason: string): AwsError {
  return new AwsError('InvalidArgument', `Parameter ${parameter} is not valid. Reason: ${parameter} ${reason}.`);
}

/**
 * @throws AwsError MalformedDetail in AWS's words (recorded in 2024), with a `reason` for the journal. It quotes nothing of
 * the detail, since messages are logged
 */
function parseDetail(text: string): Readonly<Record<string, unknown>> {
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw malformed('it is not JSON');
  }
  if (!isObject(detail)) throw malformed('it must be a JSON object');
  if (holdsUnsafeInteger(text)) throw malformed('it contains an integer that does not fit into 64 bits');
  if (nestsDeeper(text, MAX_DETAIL_LEVELS)) throw malformed(`it is nested more than ${MAX_DETAIL_LEVELS} levels deep`);
  return detail;
}

function malformed(reason: string): AwsError {
  return new AwsError('MalformedDetail', 'Detail is malformed.', 400, { reason });
}

const INT64 = { smallest: -(2n ** 63n), largest: 2n ** 63n - 1n };

/** Whether valid JSON text contains an integer outside int64; read from the text, since parsing rounds it. */
function holdsUnsafeInteger(text: string): boolean {
  if (!/\d{19}/.test(text)) return false;
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs);
  return [...tokens].some(([token]) => {
    return /^-?\d+$/.test(token) && (BigInt(token) < INT64.smallest || BigInt(token) > INT64.largest);
  });
}
