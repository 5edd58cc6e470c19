import { randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { parseDetail } from './event-detail.ts';

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
const MAX_SOURCE_CHARS = 256;
const MAX_DETAIL_TYPE_CHARS = 128;
const TIME_BYTES = 14;

/**
 * Checks a request as a whole.
 * @throws AwsError ValidationException for no or too many entries, too many bytes, or no entry with all it needs;
 * SerializationException for what has another type than it must have
 */
export function checkRequest(entries: unknown): asserts entries is readonly PutEventsEntry[] {
  if (!isListOf(entries, isStructure)) {
    throw new AwsError('SerializationException', 'Entries must be a list of structures.');
  }
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: ` +
        `Member must have length between 1 and ${MAX_ENTRIES}, but it has ${entries.length}.`,
    );
  }
  for (const entry of entries) checkTypes(entry);
  if (entries.every(({ Source, DetailType, Detail }) => !Source || !DetailType || !Detail)) {
    const message = 'No entry of the request has the parameters Source, DetailType and Detail.';
    throw new AwsError('ValidationException', message);
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > MAX_REQUEST_BYTES) {
    const message = `Total size of the entries in the request is over the limit: ${bytes} of ${MAX_REQUEST_BYTES} bytes.`;
    throw new AwsError('ValidationException', message);
  }
}

const TEXTS = ['Source', 'DetailType', 'Detail', 'EventBusName'] as const;

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

/**
 * An entry as the event that the bus carries.
 * @param now Unix epoch milliseconds, for an entry without a Time
 * @throws AwsError with the code that the entry's result gets: InvalidArgument, MalformedDetail or
 * NotAuthorizedForSourceException
 */
export function toBusEvent(entry: PutEventsEntry, { id: account, region }: Account, now: number): BusEvent {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source) throw missing('Source');
  if (!DetailType) throw missing('DetailType');
  if (!Detail) throw missing('Detail');
  if (Source.length > MAX_SOURCE_CHARS) throw tooLong('Source', MAX_SOURCE_CHARS);
  if (DetailType.length > MAX_DETAIL_TYPE_CHARS) throw tooLong('DetailType', MAX_DETAIL_TYPE_CHARS);
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

function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return texts + (Time === undefined ? 0 : TIME_BYTES);
}

function toIsoSeconds(time: number | string | undefined, now: number): string {
  const date = new Date(time === undefined ? now : typeof time === 'number' ? time * 1000 : time);
  if (Number.isNaN(date.getTime())) throw new AwsError('InvalidArgument', `Parameter Time is not valid: ${time}.`);
  return `${date.toISOString().slice(0, 19)}Z`;
}

function missing(parameter: string): AwsError {
  return new AwsError(
    'InvalidArgument',
    `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
  );
}

function tooLong(parameter: string, limit: number): AwsError {
  const reason = `${parameter} may have ${limit} characters at most`;
  return new AwsError('InvalidArgument', `Parameter ${parameter} is not valid. Reason: ${reason}.`);
}
