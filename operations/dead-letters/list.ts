import type { OnStack } from '../deployed/stack.ts';
import { type CauseGroup, groupByCause } from './cause.ts';
import { isChoice } from './choice.ts';
import { type DeadLetterChoice, type ExplainedQueue, explainMessages, MOST_LOOKED, type Unread } from './explain.ts';
import { MessageSummary, type Scan, type ScannedQueue, type ScanOptions, scanQueues } from './scan.ts';

/** So many messages of a queue show what kinds of trouble there are. */
const LOOKED = 1000;

/** A queue, and its chosen messages by cause. */
export type ListedQueue = ScannedQueue & { readonly groups: readonly CauseGroup[] };

export interface DeadLetterList extends Unread {
  readonly queues: readonly ListedQueue[];
}

/**
 * Reads the messages of the chosen queues, and groups those that are chosen by cause. Leaves all of them there.
 * @throws UsageError for a choice that cannot be read
 */
export async function listDeadLetters(
  on: OnStack,
  choice: DeadLetterChoice,
  signal: AbortSignal,
): Promise<DeadLetterList> {
  const queues: ListedQueue[] = [];
  const unread = await explainMessages(on, choice, {
    looked: isChoice(choice) ? MOST_LOOKED : LOOKED,
    signal,
    onQueue: (queue) => queues.push(listedQueue(queue, isChoice(choice))),
  });
  return { queues, ...unread };
}

function listedQueue({ messages, looked, ...queue }: ExplainedQueue, narrowed: boolean): ListedQueue {
  const summary = new MessageSummary();
  for (const { deadLetter, records } of messages) summary.add(deadLetter, records);
  const groups = groupByCause(queue.name, messages);
  return { ...queue, ...(narrowed && { looked, most: messages.length }), summary, groups };
}

/**
 * Reads the messages that a change is about, and leaves all of them there: those of a choice, or the first ones of each queue.
 * @throws UsageError for a choice that cannot be read
 */
export async function scanChosen(on: OnStack, choice: DeadLetterChoice, options: ScanOptions): Promise<Scan> {
  if (!isChoice(choice)) return await scanQueues(on, choice, options);
  const { limit, signal } = options;
  const queues: ScannedQueue[] = [];
  const unread = await explainMessages(on, choice, {
    limit,
    looked: MOST_LOOKED,
    wanted: { records: true },
    signal,
    onQueue: ({ messages, ...queue }) => {
      const summary = new MessageSummary();
      for (const { deadLetter, records } of messages) summary.add(deadLetter, records);
      queues.push({ ...queue, most: messages.length, summary });
    },
  });
  const found = queues.reduce((sum, { most }) => sum + most, 0);
  const isFound = found >= Math.min(limit ?? Number.POSITIVE_INFINITY, mostOf(choice));
  return { queues: queues.map((queue) => ({ ...queue, isFound })), ...unread };
}

/** The most messages that a choice can be about. */
function mostOf({ messageId }: DeadLetterChoice): number {
  return messageId === undefined ? Number.POSITIVE_INFINITY : new Set(messageId).size;
}
