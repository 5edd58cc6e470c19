import type { MessageQueue, ReceivedMessage } from './message-queue.ts';

/** Seconds for which a received message is hidden from others. After a kill it is visible again that soon. */
export const HOLD_SECONDS = 60;

/** Messages with less time left than this are hidden again. */
const RENEW_BELOW_MS = 40_000;

interface Hold {
  /** The newest one, which alone is valid. */
  readonly receiptHandle: string;
  until: number;
}

/** The messages that a command has received and still holds: SQS gives them to nobody else. */
export class HeldMessages {
  readonly #queue: MessageQueue;
  readonly #now: () => number;
  /** By message id. */
  readonly #holds = new Map<string, Hold>();

  /** @param now milliseconds of a monotonic clock */
  constructor(queue: MessageQueue, now: () => number) {
    this.#queue = queue;
    this.#now = now;
  }

  has(messageId: string): boolean {
    return this.#holds.has(messageId);
  }

  /** Call this for each message that is received for {@link HOLD_SECONDS}, also again. */
  add({ MessageId, ReceiptHandle }: Pick<ReceivedMessage, 'MessageId' | 'ReceiptHandle'>): void {
    this.#holds.set(MessageId, { receiptHandle: ReceiptHandle, until: this.#now() + HOLD_SECONDS * 1000 });
  }

  /** Deletes one that is held. @throws the error of SQS; the message is still held then */
  async delete(messageId: string): Promise<void> {
    const { receiptHandle } = this.#holds.get(messageId) as Hold;
    await this.#queue.delete(receiptHandle);
    this.#holds.delete(messageId);
  }

  /** Hides again those messages that would be visible soon. */
  async renew(): Promise<void> {
    const now = this.#now();
    const due = [...this.#holds.values()].filter(({ until }) => until - now < RENEW_BELOW_MS);
    if (due.length === 0) return;
    // Before the call, so that parallel work does not hide them again as well.
    for (const hold of due) hold.until = now + HOLD_SECONDS * 1000;
    // A message whose time is over is visible: it is received again and then recognized.
    await this.#queue.hide(handlesOf(due), HOLD_SECONDS);
  }

  /** Makes messages visible at once. */
  async giveBack(messageIds: ReadonlySet<string>): Promise<void> {
    const held = [...this.#holds].filter(([id]) => messageIds.has(id)).map(([, hold]) => hold);
    await this.#queue.hide(handlesOf(held), 0);
    for (const id of messageIds) this.#holds.delete(id);
  }

  /** Makes all messages visible at once. One that cannot be changed is visible already. */
  async release(): Promise<void> {
    const held = handlesOf([...this.#holds.values()]);
    this.#holds.clear();
    await this.#queue.hide(held, 0);
  }
}

function handlesOf(holds: readonly Hold[]): string[] {
  return holds.map(({ receiptHandle }) => receiptHandle).filter((handle) => handle !== '');
}
