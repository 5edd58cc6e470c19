import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import {
  type CauseGroup,
  describeKinds,
  isChoice,
  KIND_NAMES,
  listDeadLetters,
  type QueueSummary,
  scanNotes,
} from '../../../operations/dead-letters/index.ts';
import { messagesIn } from '../../../operations/deployed/queue-depth.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { displayId, nameUsers, numberText } from '../../../operations/messages/display.ts';
import { formatDuration } from '../../../operations/time/time.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { DlqListOptions } from './command.ts';
import { summaryJson } from './reports.ts';

/** A queue, for the report. */
export type ReportedQueue = QueueSummary & { readonly groups: readonly CauseGroup[] };

/**
 * Shows what is in the dead-letter queues, and why. The exit code is 1 if one of them is not empty, or holds a chosen message.
 */
export async function dlqList(options: DlqListOptions): Promise<void> {
  await stoppable((signal) =>
    onStack(options, async (on) => {
      const { queues, ...unread } = await listDeadLetters(on, options, signal);
      if (signal.aborted) return endInterrupted('no message was changed');
      const narrowed = isChoice(options);
      print(options.json ? queues.map(listJson).join('') : listText(queues, timeAt(on.target)));
      note(scanNotes({ queues, ...unread }));
      if (queues.some((queue) => (narrowed ? queue.most > 0 : !isEmpty(queue)))) process.exitCode = 1;
    }),
  );
}

export function isEmpty({ depth }: Pick<QueueSummary, 'depth'>): boolean {
  return messagesIn(depth) === 0;
}

/** @param now milliseconds since the Unix epoch */
export function listText(queues: readonly ReportedQueue[], now: number): string {
  const rows = queues.map((queue) => {
    const { name, depth } = queue;
    return [name, numberText(depth.waiting), numberText(depth.inFlight), oldest(queue, now), what(queue)];
  });
  const table = columns([['QUEUE', 'MESSAGES', 'IN FLIGHT', 'OLDEST', 'WHAT'], ...rows]);
  const groups = queues.flatMap((queue) => queue.groups);
  return groups.length === 0 ? table : `${table}\n${groupsText(groups, now)}`;
}

function what({ depth, summary, looked }: QueueSummary): string {
  const kinds = describeKinds(summary);
  if (looked !== undefined) {
    const from = looked < depth.waiting ? ` of the first ${numberText(looked)}` : '';
    return `${numberText(summary.size)} chosen${from}${kinds === '' ? '' : `: ${kinds}`}`;
  }
  const isSample = summary.size > 0 && summary.size < depth.waiting;
  return (isSample ? `of ${numberText(summary.size)}: ` : '') + kinds;
}

/** SQS does not report an age. It is known for a queue that was read whole; otherwise it is at least that of the sample. */
function oldest(
  { depth: { waiting }, summary: { oldestSentAt, size }, looked = size }: QueueSummary,
  now: number,
): string {
  if (oldestSentAt === undefined) return waiting === 0 ? '' : 'unknown';
  return formatDuration(Math.max(0, now - oldestSentAt)) + (looked < waiting ? ' or more' : '');
}

const ERROR_COLUMNS = 200;

function groupsText(groups: readonly CauseGroup[], now: number): string {
  const age = (time: number | undefined) => (time === undefined ? '' : formatDuration(Math.max(0, now - time)));
  const rows = groups.map((group) => [
    group.id,
    group.queue,
    numberText(group.messages),
    age(group.first),
    age(group.last),
    describeGroup(group),
  ]);
  const heading = ['CAUSE', 'QUEUE', 'MESSAGES', 'FIRST', 'LAST', 'WHY'];
  return columns([heading, ...rows]);
}

/** Such as `handler failure: TooManyBuckets: …, for alice and bob`. */
function describeGroup({ kind, error, users, members: [newest] }: CauseGroup): string {
  const why = error === undefined ? 'nothing says why' : displayId(error, ERROR_COLUMNS);
  const whom = users.length > 0 ? nameUsers(users) : `message ${displayId(newest.deadLetter.messageId)}`;
  return `${KIND_NAMES[kind]}: ${why}; for ${whom}`;
}

/** One line of JSON for a queue. */
export function listJson({ name, depth, summary, groups, looked }: ReportedQueue): string {
  const { oldestSentAt } = summary;
  return jsonLine({
    queue: name,
    messages: depth.waiting,
    inFlight: depth.inFlight,
    ...(looked !== undefined && { chosen: summary.size, chosenFrom: looked }),
    ...(oldestSentAt !== undefined && { oldestSentAt: isoTime(oldestSentAt) }),
    sample: summaryJson(summary),
    groups: groups.map(groupJson),
  });
}

const USERS_IN_JSON = 5;

function groupJson({ id, kind, error, hint, messages, types, users, first, last, members }: CauseGroup): object {
  return {
    cause: id,
    kind,
    ...(error !== undefined && { error }),
    ...(hint !== undefined && { hint }),
    messages,
    types,
    users: users.slice(0, USERS_IN_JSON),
    ...(first !== undefined && { first: isoTime(first) }),
    ...(last !== undefined && { last: isoTime(last) }),
    messageId: members[0].deadLetter.messageId,
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
