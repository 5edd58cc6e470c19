import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import {
  causeIdOf,
  type ExplainedMessage,
  explainMessages,
  isChoice,
  KIND_NAMES,
  logsNote,
  MOST_LOOKED,
  recordsNote,
} from '../../../operations/dead-letters/index.ts';
import type { QueueDepth } from '../../../operations/deployed/queue-depth.ts';
import { type OnStack, onStack } from '../../../operations/deployed/stack.ts';
import { alike, count, display, displayId, nameUsers } from '../../../operations/messages/display.ts';
import { formatTime } from '../../../operations/time/time.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, note, print } from '../../output/output.ts';
import type { DlqShowOptions } from './command.ts';

/** Shows messages of the dead-letter queues, and leaves them there. */
export async function dlqShow(options: DlqShowOptions): Promise<void> {
  await stoppable((signal) => onStack(options, (on) => show(on, options, signal)));
}

async function show(on: OnStack, options: DlqShowOptions, signal: AbortSignal): Promise<void> {
  const { limit, json } = options;
  const { unreadRecords, unreadLogs } = await explainMessages(on, options, {
    limit,
    looked: isChoice(options) ? MOST_LOOKED : limit,
    signal,
    onQueue: ({ name, depth, messages }) => {
      const shownReasons = new Set<string>();
      if (json) print(messages.map((message) => jsonLine(messageJson(name, message))).join(''));
      else
        print(
          [
            queueHeading(name, messages.length, depth),
            ...messages.map((message) => messageText(message, shownReasons, options)),
          ].join(''),
        );
    },
  });
  if (signal.aborted) return endInterrupted('no message was changed');
  note(recordsNote(unreadRecords) + logsNote(unreadLogs));
}

/** A foreign body may be a megabyte, and others wrote it. */
const BODY_COLUMNS = 100;
const TEXT_COLUMNS = 400;

/** The line above the messages of a queue. */
export function queueHeading(name: string, shown: number, { waiting, inFlight }: QueueDepth): string {
  const others = inFlight > 0 ? `, ${inFlight} in flight` : '';
  if (waiting === 0) return `${name}: nothing${others}\n`;
  const all = shown === waiting ? count(shown, 'message') : `${shown} of ${count(waiting, 'message')}`;
  return `${name}: ${all}${others}\n`;
}

/**
 * A message for people: one line for what it is, then what is known about it.
 * @param shownReasons reasons of the messages before it: a reason that several share is printed once
 * @param target of the commands that it names
 */
export function messageText(
  shown: ExplainedMessage,
  shownReasons = new Set<string>(),
  target: TargetOptions = {},
): string {
  const { deadLetter } = shown;
  const when = deadLetter.sentAt === undefined ? 'at an unknown time' : formatTime(deadLetter.sentAt);
  const lines = [
    ...details(shown, shownReasons, target),
    `received ${count(deadLetter.receives, 'time')} (each dlq show counts)`,
  ];
  return `${[`${when}  ${heading(shown)}`, ...lines.map((line) => `    ${line}`)].join('\n')}\n`;
}

function heading({ deadLetter, records }: ExplainedMessage): string {
  const name = KIND_NAMES[deadLetter.kind];
  switch (deadLetter.kind) {
    case 'pipe':
      return display`${name}  ${displayId(deadLetter.condition)}  ${describeRecords(deadLetter.batch.batchSize, records)}`;
    case 'foreign':
      return display`${name}  ${displayId(deadLetter.problem, TEXT_COLUMNS)}`;
    default:
      return [name, displayId(deadLetter.event.detailType), displayId(deadLetter.event.userId ?? 'no user id')].join(
        '  ',
      );
  }
}

function describeRecords(batchSize: number, records: ExplainedMessage['records']): string {
  if (records === undefined) return count(batchSize, 'record');
  const { registrations, deletions = [], others } = records;
  const users = registrations.map(({ userId }) => userId);
  const found = [
    ...(users.length > 0 ? [`${count(users.length, 'registration')}: ${nameUsers(users)}`] : []),
    ...(deletions.length > 0
      ? [`${count(deletions.length, 'deletion')}: ${nameUsers(deletions.map(({ userId }) => userId))}`]
      : []),
    ...(others > 0 ? [`${count(others, 'other change')}`] : []),
  ];
  return found.length > 0 ? found.join(', ') : count(batchSize, 'record');
}

function details(
  { deadLetter, logged, records }: ExplainedMessage,
  shownReasons: Set<string>,
  target: TargetOptions,
): string[] {
  switch (deadLetter.kind) {
    case 'pipe': {
      const { shardId, startSequenceNumber, endSequenceNumber } = deadLetter.batch;
      const place = display`${displayId(shardId, 80)}, ${startSequenceNumber} to ${endSequenceNumber}`;
      if (records?.lost === undefined) return [place];
      return [
        place,
        display`records lost: ${displayId(records.lost, TEXT_COLUMNS)}; fix it with ${pipelineCommand('reconcile --fix', target)}`,
      ];
    }
    case 'foreign':
      return [
        ...(deadLetter.isUnreadable ? [display`message ${displayId(deadLetter.messageId, 80)}`] : []),
        displayId(deadLetter.body, BODY_COLUMNS),
      ];
    case 'delivery': {
      const { code, message, retries, exhausted } = deadLetter.failure;
      const why = exhausted ? `, ${displayId(exhausted)}` : '';
      const tried = retries === undefined ? '' : ` (${displayId(retries)} retries${why})`;
      const failure = display`${displayId(code)}: ${displayId(message, TEXT_COLUMNS)}${tried}`;
      return [ids(deadLetter.event), ...onlyOnce([failure], shownReasons)];
    }
    case 'handler': {
      const said = logged === undefined ? [] : [displayId(logged.problem, TEXT_COLUMNS)];
      const hint = logged?.hint === undefined ? [] : [`hint: ${displayId(logged.hint, TEXT_COLUMNS)}`];
      return [ids(deadLetter.event), ...onlyOnce([...said, ...hint], shownReasons)];
    }
  }
}

/** A reason, or a note that it was printed already. */
function onlyOnce(reason: readonly string[], shownReasons: Set<string>): readonly string[] {
  const common = alike(reason.join('\n'));
  if (reason.length > 0 && shownReasons.has(common)) return ['for the same reason as above'];
  shownReasons.add(common);
  return reason;
}

function ids({ eventId, correlationId }: { eventId?: string; correlationId?: string }): string {
  const named = [`event ${displayId(eventId ?? 'without id', 80)}`];
  if (correlationId !== undefined && correlationId !== eventId) {
    named.push(`registration ${displayId(correlationId, 80)}`);
  }
  return named.join(', ');
}

/** A message for `--json`. */
export function messageJson(queue: string, explained: ExplainedMessage): object {
  const { deadLetter, logged, records } = explained;
  const { kind, messageId, sentAt, receives } = deadLetter;
  const common = {
    queue,
    cause: causeIdOf(queue, explained),
    kind,
    messageId,
    ...(sentAt !== undefined && { sentAt: isoTime(sentAt) }),
    receives,
  };
  switch (deadLetter.kind) {
    case 'pipe': {
      const { condition, firstArrival, batch } = deadLetter;
      return { ...common, condition, firstArrival, batch, ...records };
    }
    case 'foreign':
      return { ...common, problem: deadLetter.problem, body: deadLetter.body };
    case 'delivery':
      return { ...common, ...deadLetter.event, reason: deadLetter.failure };
    case 'handler':
      return { ...common, ...deadLetter.event, ...(logged && { reason: reasonJson(logged) }) };
  }
}

function reasonJson({ at, problem, hint }: NonNullable<ExplainedMessage['logged']>): object {
  return { at: isoTime(at), problem, ...(hint !== undefined && { hint }) };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
