import type { Registration } from '../registration-event.ts';
import type { FoundRecords, StreamRecord } from '../stream-records.ts';

/** What the records of a pipe's dead letter are. */
export interface PipeRecords {
  /** New rows, which the pipe would have put on the bus. */
  readonly registrations: readonly Registration[];
  /** Other changes, which the pipe's filter lets nobody see. */
  readonly others: number;
  /** Why some records, or all, are lost to the stream; absent if none is. */
  readonly lost?: string;
}

/**
 * Reads registrations out of stream records as the pipe does: its filter lets new rows through, its template takes the
 * record's id, its time in whole seconds and the user's id.
 */
export function readPipeRecords({ records, lost }: FoundRecords, userIdAttribute: string): PipeRecords {
  const registrations = records.filter(({ eventName }) => eventName === 'INSERT');
  return {
    registrations: registrations.map((record) => registrationOf(record, userIdAttribute)),
    others: records.length - registrations.length,
    ...(lost !== undefined && { lost }),
  };
}

function registrationOf({ eventID = '', dynamodb = {} }: StreamRecord, userIdAttribute: string): Registration {
  const createdAt = dynamodb.ApproximateCreationDateTime?.getTime() ?? Number.NaN;
  return {
    userId: dynamodb.Keys?.[userIdAttribute]?.S ?? '',
    registeredAt: Math.floor(createdAt / 1000),
    eventId: eventID,
  };
}
