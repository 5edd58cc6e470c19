import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { isDenied } from '../aws/aws-failure.ts';
import { type PutEventsEffects, putEvents } from '../aws/event-bridge.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { type Departure, type SignUp, userDeletedEntry, userRegisteredEntry } from '../deployed/user-events.ts';
import { displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { PipeDeadLetter } from './dead-letter.ts';
import { problemOfMessage } from './message-queue.ts';
import { type FoundRecords, type StreamRange, StreamReader, type StreamRecord } from './stream-records.ts';

/** A registration, and its record's place in the shard. */
interface PipeRegistration extends SignUp {
  readonly sequenceNumber: string;
}

/** A deleted row, and its record's place in the shard. */
interface PipeDeletion extends Departure {
  readonly sequenceNumber: string;
}

/** A range of a shard, both ends included. */
export type ShardRange = Pick<StreamRange, 'startSequenceNumber' | 'endSequenceNumber'>;

/** The stream records that a dead letter of the pipe is about. */
export interface PipeRecords {
  /** New rows, which the pipe would have put on the bus. */
  readonly registrations: readonly PipeRegistration[];
  /** The same for deleted rows, of a message of their pipe. @default - the message is of the pipe of registrations */
  readonly deletions?: readonly PipeDeletion[];
  /** How many other changes there are; the pipe's filter drops them. */
  readonly others: number;
  /** Why the stream no longer has some or all of the records. @default - it has all of them */
  readonly lost?: string;
  /** The places of the lost records. @default - none is lost */
  readonly lostIn?: readonly ShardRange[];
}

export type ReadPipeRecords = (deadLetter: PipeDeadLetter) => Promise<PipeRecords>;

/** Returns what reads the records of the pipe's dead letters from the stream. */
export function pipeRecordsReader({ clients, stack }: OnStack): ReadPipeRecords {
  const streams = new StreamReader(clients.of(DynamoDBStreamsClient));
  const userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  const { DeletionPipeName } = stack.outputs;
  return async ({ batch, body }) => {
    const isOfDeletions = DeletionPipeName !== undefined && pipeIn(body) === DeletionPipeName;
    return readPipeRecords(await streams.read(batch), userIdAttribute, batch, isOfDeletions ? 'REMOVE' : 'INSERT');
  };
}

/** The name of the pipe that sent a dead letter: both of a stage send to one queue. */
function pipeIn(body: string): string | undefined {
  const { partnerResourceArn } = plainFields(JSON.parse(body).context) as { partnerResourceArn?: unknown };
  return /:pipe\/(.+)$/.exec(String(partnerResourceArn))?.[1];
}

/**
 * Reads out of stream records what the pipe would have made of them: its filter lets one kind of change through, its template takes
 * the record's id, its time in whole seconds and the user's id.
 * @param change that the pipe's filter lets through
 */
export function readPipeRecords(
  { records, lost }: FoundRecords,
  userIdAttribute: string,
  batch: ShardRange,
  change: 'INSERT' | 'REMOVE' = 'INSERT',
): PipeRecords {
  const passed = records.filter(({ eventName }) => eventName === change);
  return {
    ...(change === 'INSERT'
      ? { registrations: passed.map((record) => registrationOf(record, userIdAttribute)) }
      : { registrations: [], deletions: passed.map((record) => deletionOf(record, userIdAttribute)) }),
    others: records.length - passed.length,
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

function deletionOf(record: StreamRecord, userIdAttribute: string): PipeDeletion {
  const { registeredAt: deletedAt, ...row } = registrationOf(record, userIdAttribute);
  return { ...row, deletedAt, deletedBy: record.userIdentity?.PrincipalId ?? '' };
}

/** The parts of a range before and after the records that were found: a stream drops its records from one end. */
function gapsAround(
  records: readonly StreamRecord[],
  { startSequenceNumber, endSequenceNumber }: ShardRange,
): ShardRange[] {
  const [start, end] = [BigInt(startSequenceNumber), BigInt(endSequenceNumber)];
  const first = records[0]?.dynamodb?.SequenceNumber;
  const last = records.at(-1)?.dynamodb?.SequenceNumber;
  if (first === undefined || last === undefined) return [{ startSequenceNumber, endSequenceNumber }];
  return [
    ...(BigInt(first) > start ? [{ startSequenceNumber, endSequenceNumber: String(BigInt(first) - 1n) }] : []),
    ...(BigInt(last) < end ? [{ startSequenceNumber: String(BigInt(last) + 1n), endSequenceNumber }] : []),
  ];
}

/** Reads the records of dead letters where that is possible: the messages can be shown without them. */
export class ReadableRecords {
  /** Why records could not be read, each reason once. */
  readonly problems = new Set<string>();
  readonly #read: ReadPipeRecords;
  /** Streams that may not be read. A message may name any stream, so one that is denied says nothing about the others. */
  readonly #denied = new Set<string>();

  constructor(read: ReadPipeRecords) {
    this.#read = read;
  }

  /** The records of a message; undefined if they cannot be read. */
  async find(deadLetter: PipeDeadLetter): Promise<PipeRecords | undefined> {
    const { streamArn } = deadLetter.batch;
    if (this.#denied.has(streamArn)) return undefined;
    try {
      return await this.#read(deadLetter);
    } catch (error) {
      const problem = isDenied(error) ? error.message : problemOfMessage(error);
      if (problem === undefined) throw error;
      if (isDenied(error)) this.#denied.add(streamArn);
      this.problems.add(problem);
      return undefined;
    }
  }
}

/** The body of a dead letter of the pipe, changed so that it is about a part of its records only. */
export function narrowBody(
  { body, batch }: PipeDeadLetter,
  { startSequenceNumber, endSequenceNumber }: ShardRange,
): string {
  const { context, DDBStreamBatchInfo, ...others } = JSON.parse(body);
  const isOne = startSequenceNumber === endSequenceNumber;
  return JSON.stringify({
    ...plainFields(others),
    context: plainFields(context),
    DDBStreamBatchInfo: {
      ...plainFields(DDBStreamBatchInfo),
      startSequenceNumber,
      endSequenceNumber,
      batchSize: isOne ? 1 : batch.batchSize,
    },
  });
}

/** A pipe writes only texts and numbers. Other senders may nest values too deep for JSON.stringify. */
function plainFields(value: unknown): object {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field !== 'object' || field === null));
}

/** What a pipe would have put on the bus. */
export type PipeEvent = PipeRegistration | PipeDeletion;

/** A registration, or a deletion, that is not on the bus. */
export interface RefusedRegistration {
  readonly registration: PipeEvent;
  /** The answer of the bus, or how the registration breaks the event's contract. */
  readonly problem: string;
}

/** Puts registrations and deletions on a bus, and returns those that are not there, and why. */
export async function putRegistrations(
  busName: string,
  registrations: readonly PipeEvent[],
  effects: PutEventsEffects,
): Promise<RefusedRegistration[]> {
  const refusals: RefusedRegistration[] = [];
  const valid = registrations.flatMap((registration) => {
    try {
      return [{ registration, entry: entryOf(registration, busName) }];
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      refusals.push({ registration, problem: error.message });
      return [];
    }
  });
  const refused = await putEvents(
    valid.map(({ entry }) => entry),
    effects,
  );
  for (const { index, code, message } of refused) {
    const registration = valid[index]?.registration;
    if (registration === undefined) throw new Error(`The bus refused entry ${index}, which was not sent.`);
    refusals.push({ registration, problem: `${displayId(registration.userId)}: ${code}: ${message}` });
  }
  return refusals;
}

function entryOf({ sequenceNumber: _, ...event }: PipeEvent, busName: string) {
  return 'deletedAt' in event ? userDeletedEntry(event, busName) : userRegisteredEntry(event, busName);
}
