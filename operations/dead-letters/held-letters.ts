import type { LetterQueue } from './letter-queue.ts';

/** Seconds for which a letter is hidden from others while it is held here. After a kill it is back that soon. */
export const HOLD_SECONDS = 60;

/** Letters with less time left than this are hidden anew. */
const RENEW_BELOW_MS = 40_000;

interface Hold {
  receiptHandle: string;
  /** Milliseconds of a clock that only goes forward. */
  until: number;
}

/** Letters that were received and are not deleted: nobody else gets them until they are given back. */
export class HeldLetters {
  readonly #queue: Pick<LetterQueue, 'hide'>;
  readonly #now: () => number;
  readonly #holds = new Map<string, Hold>();

  constructor(queue: Pick<LetterQueue, 'hide'>, now: () => number) {
    this.#queue = queue;
    this.#now = now;
  }

  /** Notes a letter as just received; one that is held already comes with a newer handle, which alone counts. */
  hold(messageId: string, receiptHandle: string): void {
    this.#holds.set(messageId, { receiptHandle, until: this.#now() + HOLD_SECONDS * 1000 });
  }

  has(messageId: string): boolean {
    return this.#holds.has(messageId);
  }

  /** The newest handle of a letter. */
  handleOf(messageId: string): string {
    return this.#holds.get(messageId)?.receiptHandle ?? '';
  }

  /** A letter is deleted. */
  drop(messageId: string): void {
    this.#holds.delete(messageId);
  }

  /** Hides those anew that would be visible soon. */
  async renew(): Promise<void> {
    const now = this.#now();
    const due = [...this.#holds.values()].filter(({ until }) => until - now < RENEW_BELOW_MS);
    if (due.length === 0) return;
    // At once, so that nobody else hides them anew meanwhile.
    for (const hold of due) hold.until = now + HOLD_SECONDS * 1000;
    // One that cannot be hidden any more is visible: it is received again and then recognized.
    await this.#queue.hide(handles(due), HOLD_SECONDS);
  }

  /** Shows all of them to everybody at once; what cannot be shown is visible already. */
  async giveBack(): Promise<void> {
    const held = handles([...this.#holds.values()]);
    this.#holds.clear();
    await this.#queue.hide(held, 0);
  }
}

function handles(holds: readonly Hold[]): string[] {
  return holds.map(({ receiptHandle }) => receiptHandle).filter((handle) => handle !== '');
}
