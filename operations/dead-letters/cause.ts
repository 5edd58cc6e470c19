import { createHash } from 'node:crypto';
import { alike } from '../messages/display.ts';
import type { DeadLetter, DeadLetterKind } from './dead-letter.ts';
import type { FailureReason } from './failure-reasons.ts';
import type { PipeRecords } from './pipe-records.ts';

/** A dead letter, with what the logs or the stream say about it. */
export interface ExplainedMessage {
  readonly deadLetter: DeadLetter;
  /** Of a handler failure. */
  readonly logged?: FailureReason;
  /** Of a pipe failure. */
  readonly records?: PipeRecords;
}

/** Messages of one queue that are there for the same cause, as far as their errors say. */
export interface CauseGroup {
  /** Names the group in commands: the same queue, kind and error have the same id in every run. */
  readonly id: string;
  /** Whose dead-letter queue it is: a subscriber's name, or `pipe`. */
  readonly queue: string;
  readonly kind: DeadLetterKind;
  /** The error of the newest message; undefined if nothing says why the messages are there. */
  readonly error?: string;
  /** What a person can do about it. */
  readonly hint?: string;
  readonly messages: number;
  /** Names of events, sorted. */
  readonly types: readonly string[];
  /** Users whom the messages are about, sorted. */
  readonly users: readonly string[];
  /** When the oldest and the newest were sent, Unix epoch milliseconds. @default - no message says when */
  readonly first?: number;
  readonly last?: number;
  /** The newest first. */
  readonly members: readonly [ExplainedMessage, ...ExplainedMessage[]];
}

/** Why a message is there, as far as that is known: what the function logged, or what AWS wrote into the message. */
export function errorOf({ deadLetter, logged }: ExplainedMessage): string | undefined {
  switch (deadLetter.kind) {
    case 'handler':
      return logged?.problem;
    case 'delivery':
      return `${deadLetter.failure.code}: ${deadLetter.failure.message}`;
    case 'pipe':
      return deadLetter.condition;
    case 'foreign':
      return deadLetter.problem;
  }
}

/** The users whom a message is about; a message of the pipe may be about several. */
export function usersOf({ deadLetter, records }: ExplainedMessage): readonly string[] {
  if ('event' in deadLetter) return deadLetter.event.userId === undefined ? [] : [deadLetter.event.userId];
  return [...(records?.registrations ?? []), ...(records?.deletions ?? [])].map(({ userId }) => userId);
}

/** How often it was tried to deliver or handle a message's event, as far as that is known. */
export function attemptsOf({ deadLetter, logged }: ExplainedMessage): number | undefined {
  if (deadLetter.kind !== 'delivery') return logged?.receiveCount;
  // EventBridge counts what came after the first attempt.
  const retries = Number(deadLetter.failure.retries);
  return Number.isInteger(retries) ? retries + 1 : undefined;
}

const ID_CHARACTERS = 8;

/** The id of the group that a message belongs to. @param queue whose dead-letter queue it is in */
export function causeIdOf(queue: string, explained: ExplainedMessage): string {
  const error = errorOf(explained);
  const same = error === undefined ? '' : fingerprint(error, idsIn(explained.deadLetter));
  return createHash('sha256')
    .update(JSON.stringify([queue, explained.deadLetter.kind, same]))
    .digest('hex')
    .slice(0, ID_CHARACTERS);
}

/** A number that stands for itself: not a part of a name, such as S3, or of a version. */
const NUMBER = /(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)/g;

/**
 * What equal failures of different events have in common: their error without ids, names, numbers and times.
 * @param ids of the event that the error is about, which it may name
 */
export function fingerprint(error: string, ids: readonly string[]): string {
  const known = ids.filter((id) => id !== '').sort((a, b) => b.length - a.length);
  const nameless = known.reduce((text, id) => text.replaceAll(standing(id), '…'), error);
  return alike(nameless).replaceAll(NUMBER, '…');
}

/** A text where it is no part of a word. */
function standing(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu');
}

function idsIn(deadLetter: DeadLetter): string[] {
  const { messageId } = deadLetter;
  if (!('event' in deadLetter)) return [messageId];
  const { eventId = '', correlationId = '', userId = '' } = deadLetter.event;
  return [messageId, eventId, correlationId, userId];
}

/** Groups the messages of a queue by their cause, the largest group first. */
export function groupByCause(queue: string, messages: readonly ExplainedMessage[]): CauseGroup[] {
  const groups = Map.groupBy(messages, (explained) => causeIdOf(queue, explained));
  return [...groups]
    .map(([id, members]) =>
      groupOf(
        id,
        queue,
        members.toSorted((a, b) => sentAtOf(b) - sentAtOf(a)),
      ),
    )
    .sort((a, b) => b.messages - a.messages || (a.id < b.id ? -1 : 1));
}

function groupOf(id: string, queue: string, members: readonly ExplainedMessage[]): CauseGroup {
  const [example, ...others] = members;
  if (example === undefined) throw new Error(`The group ${id} has no message.`);
  const times = members.flatMap(({ deadLetter: { sentAt } }) => sentAt ?? []);
  const [first, last] = [times.at(-1), times[0]];
  const error = errorOf(example);
  const types = members.flatMap(({ deadLetter }) => ('event' in deadLetter ? deadLetter.event.detailType : []));
  return {
    id,
    queue,
    kind: example.deadLetter.kind,
    ...(error !== undefined && { error }),
    ...(example.logged?.hint !== undefined && { hint: example.logged.hint }),
    messages: members.length,
    types: [...new Set(types)].sort(),
    users: [...new Set(members.flatMap(usersOf))].sort(),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    members: [example, ...others],
  };
}

function sentAtOf({ deadLetter: { sentAt = 0 } }: ExplainedMessage): number {
  return sentAt;
}
