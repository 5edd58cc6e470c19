import { randomUUID } from 'node:crypto';
import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { isObject, nestsDeeper } from '../core/json-text.ts';

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
const MAX_SOURCE_CHARS = 256;
const MAX_DETAIL_TYPE_CHARS = 128;
const MAX_DETAIL_LEVELS = 1000;

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
