import { count, display, displayId, nameUsers } from '../messages/display.ts';
import type { DeadLetterKind } from './dead-letter.ts';
import type { PurgePlan } from './purge.ts';
import type { RedrivePlan } from './redrive.ts';
import type { MessageSummary, ScannedQueue } from './scan.ts';

/** A queue, the messages to work on, and a summary of those that were read. */
export type QueueSummary = Pick<ScannedQueue, 'name' | 'depth' | 'most' | 'summary' | 'looked' | 'isFound'>;

/** A line of text about a queue. */
export interface QueueLine {
  readonly queue: string;
  readonly text: string;
}

export const KIND_NAMES: Readonly<Record<DeadLetterKind, string>> = {
  pipe: 'pipe failure',
  handler: 'handler failure',
  delivery: 'delivery failure',
  foreign: 'foreign message',
};

const EVENT_KINDS: readonly DeadLetterKind[] = ['pipe', 'handler', 'delivery'];
const ALL_KINDS: readonly DeadLetterKind[] = [...EVENT_KINDS, 'foreign'];

/** The option that chooses a queue. */
export function optionOf(name: string): string {
  return name === 'pipe' ? '--pipe' : `--subscriber ${name}`;
}

/** Such as `10 handler failures, 2 delivery failures (NO_RESOURCE)`; empty if there is none. */
export function describeKinds({ kinds, reasons }: MessageSummary, wanted = ALL_KINDS): string {
  return wanted
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => count(kinds[kind], KIND_NAMES[kind]) + describeReasons(reasons.get(kind)))
    .join(', ');
}

/** The reason of a foreign message may be a long text. */
const REASON_COLUMNS = 80;

function describeReasons(reasons: ReadonlyMap<string, number> = new Map()): string {
  if (reasons.size === 0) return '';
  const described = [...reasons].map(([reason, times]) => {
    return displayId(reason, REASON_COLUMNS) + (reasons.size === 1 ? '' : ` ×${times}`);
  });
  return ` (${described.join(', ')})`;
}

/** Such as `, for alice, bob and 3 others`; empty if no user is known. */
export function describeUsers({ users }: MessageSummary): string {
  return users.length > 0 ? `, for ${nameUsers(users)}` : '';
}

/** What a redrive is about to do: a line for each queue. */
export function redrivePreview({ queues, bus }: Pick<RedrivePlan, 'bus'> & Queues): QueueLine[] {
  return preview(queues, EVENT_KINDS, ({ name }) => (name === 'pipe' ? ` to the bus ${bus}` : ' to its queue'));
}

/** What a purge is about to do: a line for each queue. */
export function purgePreview({ queues, kinds }: Pick<PurgePlan, 'kinds'> & Queues): QueueLine[] {
  return preview(queues, kinds, () => '');
}

interface Queues {
  readonly queues: readonly QueueSummary[];
}

/** How many messages a redrive is about, and a purge: messages of other kinds stay. */
export function messagesToRedrive({ queues }: Queues): number {
  return queues.reduce((sum, { most }) => sum + most, 0);
}

export function messagesToPurge({ queues, kinds }: Pick<PurgePlan, 'kinds'> & Queues): number {
  return queues.reduce((sum, { summary }) => sum + kinds.reduce((all, kind) => all + summary.kinds[kind], 0), 0);
}

/**
 * @param taken the kinds of messages that it works on; others stay
 * @param end what follows the messages of a queue, such as where they go
 */
function preview(
  queues: readonly QueueSummary[],
  taken: readonly DeadLetterKind[],
  end: (queue: QueueSummary) => string,
): QueueLine[] {
  const left = ALL_KINDS.filter((kind) => !taken.includes(kind));
  return queues.map((queue) => {
    const { name, summary, most } = queue;
    const sample = summary.size < most ? `${count(most, 'message')}, of the first ${summary.size}: ` : '';
    const messages = describeKinds(summary, taken);
    const staying = describeKinds(summary, left);
    const parts = [
      messages === '' ? 'nothing' : sample + messages + end(queue) + describeUsers(summary),
      ...describeRecords(summary),
      ...(staying === '' ? [] : [`stays: ${staying}`]),
      ...leftOut(queue),
    ];
    return { queue: name, text: parts.join('; ') };
  });
}

function describeRecords({ kinds, records }: MessageSummary): string[] {
  const { messages, registrations, deletions = 0, others, lost } = records;
  if (messages === 0) return [];
  const asked = messages < kinds.pipe ? `in the first ${messages}: ` : '';
  const found = [
    ...(registrations > 0 || deletions + others === 0 ? [count(registrations, 'registration')] : []),
    ...(deletions > 0 ? [count(deletions, 'deletion')] : []),
    ...(others > 0 ? [count(others, 'other change')] : []),
  ];
  return [
    asked + found.join(' and '),
    ...(lost > 0 ? [`the stream has lost records of ${count(lost, 'message')}`] : []),
  ];
}

function leftOut({ depth, most, looked }: QueueSummary): string[] {
  const others = looked === undefined ? 0 : Math.max(0, Math.min(looked, depth.waiting) - most);
  const unread = looked === undefined ? 0 : Math.max(0, depth.waiting - looked);
  return [
    ...(others > 0 ? [`${count(others, 'other message')} ${others === 1 ? 'stays' : 'stay'}`] : []),
    ...(unread > 0 ? [`${count(unread, 'message')} not looked at`] : []),
    ...(looked === undefined && depth.waiting > most
      ? [`${count(depth.waiting - most, 'message')} beyond the limit`]
      : []),
    ...(depth.inFlight > 0 ? [`${depth.inFlight} in flight, received by someone else`] : []),
  ];
}

const MOST_NAMED = 5;
const PROBLEM_COLUMNS = 200;

/** What could not be read, for stderr; empty if everything could. */
export function scanNotes(scan: {
  readonly queues: readonly Pick<QueueSummary, 'name' | 'summary'>[];
  readonly unreadRecords: readonly string[];
  readonly unreadLogs?: readonly string[];
}): string {
  const unreadable = scan.queues.map(({ name, summary }) => unreadableNote(name, summary.unreadable));
  return recordsNote(scan.unreadRecords) + logsNote(scan.unreadLogs ?? []) + unreadable.join('');
}

/** @param queue whose dead-letter queue it is */
function unreadableNote(queue: string, unreadable: ReadonlyMap<string, string>): string {
  const named = [...unreadable].slice(0, MOST_NAMED);
  const others = unreadable.size - named.length;
  return [
    ...named.map(([id, problem]) => {
      return display`note: message ${displayId(id)} of ${queue} ${displayId(problem, PROBLEM_COLUMNS)}\n`;
    }),
    ...(others > 0 ? [display`note: ${count(others, 'more message')} of ${queue} cannot be read\n`] : []),
  ].join('');
}

const MOST_REASONS = 3;
const REASON_NOTE_COLUMNS = 300;

/** @param unreadRecords why stream records could not be read */
export function recordsNote(unreadRecords: readonly string[]): string {
  const reasons = unreadRecords.slice(0, MOST_REASONS).map((reason) => displayId(reason, REASON_NOTE_COLUMNS));
  const what = "the users of some of the pipe's messages are not shown, as the stream could not be read";
  return reasons.map((reason) => display`note: ${what}: ${reason}\n`).join('');
}

/** @param unreadLogs why logs of functions could not be read */
export function logsNote(unreadLogs: readonly string[]): string {
  const what = 'reasons from the logs of functions are not shown, and choose nothing, as they could not be read';
  return unreadLogs.map((reason) => display`note: ${what}: ${reason}\n`).join('');
}
