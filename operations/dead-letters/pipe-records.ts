import type { Registration } from '../deployed/registration-event.ts';
import type { PipeBatch } from './dead-letter.ts';
import type { FoundRecords, StreamRecord } from './stream-records.ts';

/** A registration, and its record's place in the shard. */
export interface PipeRegistration extends Registration {
  readonly sequenceNumber: string;
}

/** A stretch of a shard, both ends included. */
export interface Stretch {
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
}

/** What the records of a pipe's dead letter are. */
export interface PipeRecords {
  /** New rows, which the pipe would have put on the bus. */
  readonly registrations: readonly PipeRegistration[];
  /** Other changes, which the pipe's filter lets nobody see. */
  readonly others: number;
  /** Why some records, or all, are lost to the stream; absent if none is. */
  readonly lost?: string;
  /** Where those stood; absent if none is lost. */
  readonly lostIn?: readonly Stretch[];
}

/**
 * Reads registrations out of stream records as the pipe does: its filter lets new rows through, its template takes the
 * record's id, its time in whole seconds and the user's id.
 */
export function readPipeRecords(
  { records, lost }: FoundRecords,
  userIdAttribute: string,
  batch: Pick<PipeBatch, keyof Stretch>,
): PipeRecords {
  const registrations = records.filter(({ eventName }) => eventName === 'INSERT');
  return {
    registrations: registrations.map((record) => registrationOf(record, userIdAttribute)),
    others: records.length - registrations.length,
    ...(lost !== undefined && { lost, lostIn: gapsAround(records, batch) }),
  };
}

function registrationOf({ eventID = '', dynamodb = {} }: StreamRecord, userIdAttribute: string): PipeRegistration {
  const createdAt = dynamodb.ApproximateCreationDateTime?.getTime() ?? Number.NaN;
  return {
    userId: dynamodb.Keys?.[userIdAttribute]?.S ?? '',
    registeredAt: Math.floor(createdAt / 1000),
    eventId: eventID,
    sequenceNumber: dynamodb.SequenceNumber ?? '',
  };
}

/** What of a stretch lies before and behind the records that were found: a stream loses its records from one end. */
function gapsAround(records: readonly StreamRecord[], whole: Pick<PipeBatch, keyof Stretch>): Stretch[] {
  const { startSequenceNumber, endSequenceNumber } = whole;
  const [start, end] = [BigInt(startSequenceNumber), BigInt(endSequenceNumber)];
  const first = records[0]?.dynamodb?.SequenceNumber;
  const last = records.at(-1)?.dynamodb?.SequenceNumber;
  if (first === undefined || last === undefined) return [{ startSequenceNumber, endSequenceNumber }];
  return [
    ...(BigInt(first) > start ? [{ startSequenceNumber, endSequenceNumber: String(BigInt(first) - 1n) }] : []),
    ...(BigInt(last) < end ? [{ startSequenceNumber: String(BigInt(last) + 1n), endSequenceNumber }] : []),
  ];
}
