import type { OnStack } from '../deployed/stack.ts';
import { type DeadLetterKind, type QueueOwner, readDeadLetter } from './dead-letter.ts';
import type { DeadLetterChoice } from './explain.ts';
import { scanChosen } from './list.ts';
import type { MessageQueue, ReceivedMessage } from './message-queue.ts';
import { type PassOptions, processMessages } from './queue-pass.ts';
import { MessageSummary, queueOf, type Scan, type ScannedQueue } from './scan.ts';

/** Every message is read before it is deleted, and this many at a time are hidden from others meanwhile. */
const MOST_AT_ONCE = 10_000;

export interface PurgePlan extends Scan {
  /** Messages of these kinds are deleted. */
  readonly kinds: readonly DeadLetterKind[];
}

/** The messages of a queue that were deleted, and those that could not be. */
export interface PurgedQueue {
  readonly plan: ScannedQueue;
  readonly deleted: MessageSummary;
  /** Messages that could not be deleted: their ids, and why. */
  readonly notDeleted: Map<string, string>;
}

/**
 * Reads the messages that a purge would delete.
 * @param foreign whether it deletes messages as well that the pipeline did not put there
 * @throws UsageError for a choice that cannot be read
 */
export async function planPurge(
  on: OnStack,
  choice: DeadLetterChoice,
  { limit = MOST_AT_ONCE, foreign, signal }: { limit?: number | undefined; foreign: boolean; signal: AbortSignal },
): Promise<PurgePlan> {
  const kinds: DeadLetterKind[] = ['pipe', 'handler', 'delivery', ...(foreign ? (['foreign'] as const) : [])];
  const range = { limit: Math.min(limit, MOST_AT_ONCE), scanned: MOST_AT_ONCE, signal };
  return { ...(await scanChosen(on, choice, range)), kinds };
}

/**
 * Deletes for good the messages that the plan has seen, and no others.
 * @param options `onProgress` is called at the start and after each deletion, with the results so far
 */
export async function purge(
  on: OnStack,
  { queues, kinds }: PurgePlan,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (queues: readonly PurgedQueue[]) => void },
): Promise<PurgedQueue[]> {
  const purged = queues.map((plan): PurgedQueue => {
    return { plan, deleted: new MessageSummary(), notDeleted: new Map() };
  });
  const progress = () => onProgress(purged);
  progress();
  for (const { plan, ...outcome } of purged) {
    const { url, owner, summary: seen } = plan;
    await purgeQueue({ ...outcome, queue: queueOf(on, url), owner, seen, kinds, signal, onProgress: progress });
  }
  return purged;
}

interface PurgeRun extends Omit<PassOptions, 'most'>, Omit<PurgedQueue, 'plan'> {
  readonly queue: MessageQueue;
  readonly owner: QueueOwner;
  /** Only these are deleted, not what came to the queue later. */
  readonly seen: MessageSummary;
  readonly kinds: readonly DeadLetterKind[];
  readonly onProgress: () => void;
}

export async function purgeQueue(run: PurgeRun): Promise<void> {
  const { queue, owner, seen, kinds, deleted, notDeleted, onProgress, ...options } = run;
  const isChosen = (message: ReceivedMessage) => {
    const { messageId, kind } = readDeadLetter(message, owner);
    return seen.has(messageId) && kinds.includes(kind);
  };
  const most = kinds.reduce((sum, kind) => sum + seen.kinds[kind], 0);
  await processMessages(queue, { ...options, most, isChosen }, async (message) => {
    const deadLetter = readDeadLetter(message, owner);
    return {
      onNotDeleted: (problem) => notDeleted.set(deadLetter.messageId, problem),
      onDeleted: () => {
        deleted.add(deadLetter);
        onProgress();
      },
    };
  });
}
