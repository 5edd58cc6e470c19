import type { OnStack } from '../deployed/stack.ts';
import { isChoice } from './choice.ts';
import { type DeadLetterChoice, explainMessages, MOST_LOOKED } from './explain.ts';
import { MessageSummary, type Scan, type ScannedQueue, type ScanOptions, scanQueues } from './scan.ts';

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
    wanted: { reason: false, records: true },
    signal,
    onQueue: ({ messages, ...queue }) => {
      const summary = new MessageSummary();
      for (const { deadLetter, records } of messages) summary.add(deadLetter, records);
      queues.push({ ...queue, most: messages.length, summary });
    },
  });
  return { queues, ...unread };
}
