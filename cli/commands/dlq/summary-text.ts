import type { DeadLetterKind, MessageSummary, ScannedQueue } from '../../../operations/dead-letters/index.ts';
import { count, display, displayId, nameUsers } from '../../../operations/messages/display.ts';
import { columns, jsonLine } from '../../output/output.ts';

/** A queue, the messages to work on, and a summary of those that were read. */
export type QueueSummary = Pick<ScannedQueue, 'name' | 'depth' | 'most' | 'summary'>;

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

const USERS_IN_JSON = 5;

/** A summary for `--json`. */
export function summaryJson({ size, kinds, reasons, records, users, unreadable }: MessageSummary): object {
  return {
    size,
    kinds,
    reasons: Object.fromEntries([...reasons].map(([kind, times]) => [kind, Object.fromEntries(times)])),
    users: users.slice(0, USERS_IN_JSON),
    ...(kinds.pipe > 0 && { records }),
    ...(unreadable.size > 0 && { unreadable: Object.fromEntries(unreadable) }),
  };
}

/**
 * What a command is about to do, for people: a line for each queue.
 * @param taken the kinds of messages that it works on; others stay
 * @param end what follows the messages of a queue, such as where they go
 */
export function planText(
  queues: readonly QueueSummary[],
  { taken = EVENT_KINDS, end = () => '' }: { taken?: readonly DeadLetterKind[]; end?: (queue: QueueSummary) => string },
): string {
  const left = ALL_KINDS.filter((kind) => !taken.includes(kind));
  return columns(
    queues.map((queue) => {
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
      return [name, parts.join('; ')];
    }),
  );
}

function describeRecords({ kinds, records }: MessageSummary): string[] {
  const { messages, registrations, others, lost } = records;
  if (messages === 0) return [];
  const asked = messages < kinds.pipe ? `in the first ${messages}: ` : '';
  return [
    asked + count(registrations, 'registration') + (others > 0 ? ` and ${count(others, 'other change')}` : ''),
    ...(lost > 0 ? [`the stream has lost records of ${count(lost, 'message')}`] : []),
  ];
}

function leftOut({ depth, most }: QueueSummary): string[] {
  return [
    ...(depth.waiting > most ? [`${count(depth.waiting - most, 'message')} beyond the limit`] : []),
    ...(depth.inFlight > 0 ? [`${depth.inFlight} in flight, received by someone else`] : []),
  ];
}

/** One line of JSON for a queue. */
export function planJson({ name, depth, most, summary }: QueueSummary): string {
  return jsonLine({
    queue: name,
    messages: depth.waiting,
    inFlight: depth.inFlight,
    meant: most,
    looked: summaryJson(summary),
  });
}

const MOST_NAMED = 5;
const PROBLEM_COLUMNS = 200;

/** What could not be read, for stderr; empty if everything could. */
export function scanNotes(scan: {
  readonly queues: readonly Pick<QueueSummary, 'name' | 'summary'>[];
  readonly unreadRecords: readonly string[];
}): string {
  const unreadable = scan.queues.map(({ name, summary }) => unreadableNote(name, summary.unreadable));
  return recordsNote(scan.unreadRecords) + unreadable.join('');
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
