import type { OnStack } from '../deployed/stack.ts';
import type { MessageQueue, ReceivedMessage } from './message-queue.ts';
import { processMessages } from './queue-pass.ts';
import { type Dlq, queueOf } from './scan.ts';

/** What came of another message that was sent in place of a dead letter. */
export interface Replacement {
  /** False if the dead letter was no longer there: then nothing was sent. */
  readonly isSent: boolean;
  /** Why the dead letter could not be deleted, although the other message was sent. */
  readonly notDeleted?: string;
}

interface ReplaceOptions {
  readonly signal: AbortSignal;
  /** Monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Sends a message to a subscriber's queue in place of one of its dead letters, which is deleted after that. Whatever happens in
 * between, the dead letter stays.
 * @throws the error of the call if it could not be sent
 */
export function replaceDeadLetter(
  on: OnStack,
  { url, subscriber }: Extract<Dlq, { owner: 'subscriber' }>,
  { messageId, body }: { readonly messageId: string; readonly body: string },
  options: ReplaceOptions,
): Promise<Replacement> {
  return replaceMessage(queueOf(on, url), messageId, () => queueOf(on, subscriber.queueUrl).send(body), options);
}

/** Holds a message of a queue while something is sent in its place, then deletes it. */
export async function replaceMessage(
  queue: MessageQueue,
  messageId: string,
  send: () => Promise<void>,
  options: ReplaceOptions,
): Promise<Replacement> {
  let replacement: Replacement = { isSent: false };
  const isChosen = ({ MessageId }: ReceivedMessage) => MessageId === messageId;
  await processMessages(queue, { ...options, most: 1, isChosen }, async () => {
    await send();
    replacement = { isSent: true };
    return {
      onDeleted: () => {},
      onNotDeleted: (notDeleted) => {
        replacement = { isSent: true, notDeleted };
      },
    };
  });
  return replacement;
}
