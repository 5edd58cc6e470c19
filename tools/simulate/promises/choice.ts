import type { CommandRun } from '../operators/operators.ts';
import { earliestNow, latestNow } from './command-time.ts';
import { ageOf, optionOf, valuesOf } from './commands.ts';
import {
  conditionOf,
  type DeadMessage,
  dlqOf,
  type FoundLine,
  linesFoundBy,
  type ReadRecord,
  recordsIn,
  recordsReadBy,
} from './dead-messages.ts';
import type { BusEvent, Outcome } from './outcome.ts';

type Stage = Pick<Outcome, 'dlqs' | 'deletionPipe'>;

/** What a command may know of a message besides the message itself. */
interface Known extends Stage {
  readonly records: readonly ReadRecord[];
  readonly lines: readonly FoundLine[];
}

/** A message of a subscriber. Those of the pipe have no event. */
interface EventMessage {
  readonly 'detail-type'?: string;
  readonly detail?: Pick<BusEvent, 'data' | 'metadata'>;
}

/** Says of each message that a command received whether its options may choose it. All of them must. */
export function choiceOf(run: CommandRun, stage: Stage): (message: DeadMessage) => boolean {
  const known: Known = { ...stage, records: recordsReadBy(run), lines: linesFoundBy(run) };
  const [subscriber, user, type, error, age] = ['--subscriber', '--user', '--type', '--error', '--older-than'].map(
    (option) => optionOf(run, option),
  );
  const owner = run.args.includes('--pipe') ? 'pipe' : subscriber;
  const ids = valuesOf(run, '--message-id');
  const latest = age === undefined ? Number.POSITIVE_INFINITY : latestNow(run) - ageOf(age);
  return (message) =>
    (owner === undefined || dlqOf(message, stage)?.owner === owner) &&
    (user === undefined || usersOf(message, known).includes(user)) &&
    (type === undefined || (JSON.parse(message.body) as EventMessage)['detail-type'] === type) &&
    (error === undefined || errorsOf(message, known).some((text) => hasWords(text, error))) &&
    (age === undefined || (message.sentAt !== undefined && message.sentAt <= latest)) &&
    (ids.length === 0 || ids.includes(message.messageId));
}

/**
 * Says whether they surely do: where several lines are of the last moment, each has the error; and the message is old enough also by the
 * earliest time from which the command may have counted.
 */
export function sureChoiceOf(run: CommandRun, stage: Stage): (message: DeadMessage) => boolean {
  const mayChoose = choiceOf(run, stage);
  const lines = linesFoundBy(run);
  const [error, age] = ['--error', '--older-than'].map((option) => optionOf(run, option));
  const earliest = age === undefined ? Number.NaN : earliestNow(run) - ageOf(age);
  return (message) =>
    mayChoose(message) &&
    (age === undefined || (!run.isClockSet && message.sentAt !== undefined && message.sentAt <= earliest)) &&
    (error === undefined || errorsOf(message, { ...stage, lines }).every((text) => hasWords(text, error)));
}

function hasWords(text: string, words: string): boolean {
  return text.toLowerCase().includes(words.toLowerCase());
}

/** Of a message of the pipe all whose records it is about: it is redriven as a whole (docs/operating.md). */
function usersOf(message: DeadMessage, known: Known): readonly string[] {
  const { detail } = JSON.parse(message.body) as EventMessage;
  if (detail !== undefined) return [detail.data.userId];
  return recordsIn(message, known.records, known).map(({ dynamodb }) => dynamodb.Keys.userId?.S ?? '');
}

/** Why a message is there: what a service said, or what its function logged last. Several lines may be of the same millisecond. */
function errorsOf(message: DeadMessage, known: Omit<Known, 'records'>): readonly string[] {
  if (message.failure !== undefined) return [message.failure];
  const { detail } = JSON.parse(message.body) as EventMessage;
  if (detail === undefined) return [conditionOf(message)];
  const owner = dlqOf(message, known)?.owner;
  const own = known.lines.filter(({ service, eventId }) => service === owner && eventId === detail.metadata.eventId);
  const last = Math.max(...own.map(({ at }) => at));
  return own.filter(({ at }) => at === last).map(({ text }) => text);
}
