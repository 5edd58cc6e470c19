import { AwsError } from '../core/aws-error.ts';
import type { PutEventsEntry } from './bus-event.ts';
import { invalid, membersOf, type Request } from './event-bridge-request.ts';

/** Limits of PutEvents. Source: EventBridge API reference and user guide, eb-putevents. */
const MAX_ENTRIES = 10;
const MAX_REQUEST_BYTES = 1_048_576;
const TIME_BYTES = 14;

const MAX_TRACE_HEADER_CHARS = 500;

const TEXTS = ['Source', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader'] as const;

/**
 * The entries of a request. Each is judged on its own later, also where none has all that it needs (recorded on AWS in 2024 and
 * 2025).
 * @throws AwsError ValidationException for no entry or too many; SerializationException for what has another type than it must have
 */
export function entriesIn(request: Request): readonly PutEventsEntry[] {
  const { Entries = null, EndpointId } = request;
  if (EndpointId !== undefined) throw invalid('The local engine has no global endpoints: leave out EndpointId.');
  if (Entries === null) throw membersOf(request).refusal('Entries', 'Member must not be null');
  if (!isListOf(Entries, isStructure))
    throw new AwsError('SerializationException', 'Entries must be a list of structures.');
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

/** AWS quotes the entries in full, which would come into logs. */
function outOfBounds(bound: string, at = 'entries'): AwsError {
  return invalid(
    `1 validation error detected: Value at '${at}' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** A member that is null is as good as missing. */
function withoutNulls(entry: PutEventsEntry): PutEventsEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
}

function checkTypes(entry: PutEventsEntry): void {
  const { Resources = [], Time = 0 } = entry;
  if (TEXTS.some((name) => entry[name] !== undefined && !isText(entry[name]))) {
    throw new AwsError('SerializationException', `${TEXTS.join(', ')} of an entry must be strings.`);
  }
  if (!isListOf(Resources, isText)) {
    throw new AwsError('SerializationException', 'Resources of an entry must be a list of strings.');
  }
  if (!isText(Time) && typeof Time !== 'number') {
    throw new AwsError('SerializationException', 'Time of an entry must be a timestamp.');
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** An entry, as far as nothing is known of its members. */
function isStructure(value: unknown): value is PutEventsEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

/** Source: EventBridge user guide, eb-putevents, on the size of an entry. */
function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return texts + (Time === undefined ? 0 : TIME_BYTES);
}
