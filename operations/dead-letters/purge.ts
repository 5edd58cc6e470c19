import { type QueueOwner, readDeadLetter } from './dead-letter.ts';
import type { LetterQueue } from './letter-queue.ts';
import { goThrough, type PassOptions } from './queue-pass.ts';
import type { Survey } from './survey.ts';

export interface Purge extends Omit<PassOptions, 'most'> {
  readonly queue: LetterQueue;
  readonly owner: QueueOwner;
  /** What was shown. Nothing else is deleted, such as what came to the queue since. */
  readonly shown: Survey;
  /** Whether messages go as well that are nothing of the pipeline's. */
  readonly foreign: boolean;
  /** Told of what was deleted so far, also when it ends with an error. */
  readonly deleted: Survey;
  /** Takes the ids of messages that cannot be deleted and stay, and why. */
  readonly notDeleted: Map<string, string>;
  readonly onProgress: () => void;
}

/** Deletes messages of a dead-letter queue for good. */
export async function purge({
  queue,
  owner,
  shown,
  foreign,
  deleted,
  notDeleted,
  onProgress,
  ...options
}: Purge): Promise<void> {
  await goThrough(queue, { ...options, most: shown.size }, async (message) => {
    const letter = readDeadLetter(message, owner);
    if (!shown.has(letter.messageId)) return 'uncounted';
    if (letter.kind === 'foreign' && !foreign) return 'kept';
    return {
      whenNotDeleted: (problem) => notDeleted.set(letter.messageId, problem),
      whenDeleted: () => {
        deleted.add(letter);
        onProgress();
      },
    };
  });
}
