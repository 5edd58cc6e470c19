import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { bodyOf } from './message-body.ts';
import type { BusEvent } from './outcome.ts';
import type { Violation } from './violation.ts';

interface Told {
  readonly eventId: string;
  /** Whether it came by a replay, or of one. */
  readonly isReplayed: boolean;
}

/**
 * What comes of a replay says so, and nothing else does (decision 0013); and a subscriber that skips replays gets none of it. Reads the
 * journal as it is written.
 */
export class ReplayMarks {
  readonly #skipping: ReadonlySet<string>;
  readonly #isPutByOperator: (eventId: string) => boolean;
  readonly #violations: Violation[] = [];
  /** By the ids of messages. */
  readonly #messages = new Map<string, Told>();
  /** The messages of each running batch. */
  readonly #batches = new Map<unknown, readonly string[]>();

  /**
   * @param skipping names of the queues of subscribers that skip replays
   * @param isPutByOperator whether a command has put the event of that id: a fix or an import, which says so whatever is under way
   */
  constructor(skipping: ReadonlySet<string>, isPutByOperator: (eventId: string) => boolean) {
    this.#skipping = skipping;
    this.#isPutByOperator = isPutByOperator;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  note(entry: JournalEntry): void {
    if (entry.hop === 'message') this.#message(entry);
    else if (entry.hop === 'batch') this.#batches.set(entry.requestId, entry.messageIds as readonly string[]);
    else if (entry.hop === 'invocation' && entry.outcome !== 'items-failed') this.#batches.delete(entry.requestId);
    else if (entry.hop === 'event' && entry.replay === undefined && entry.eventId !== undefined) this.#event(entry);
  }

  #message(entry: JournalEntry): void {
    const { messageId, queue } = entry;
    const { 'replay-name': envelope, detail } = bodyOf(entry);
    if (detail === undefined) return;
    const { metadata, data } = detail as BusEvent;
    const { eventId, replayName } = metadata;
    const isReplayed = (envelope ?? replayName) !== undefined;
    this.#messages.set(String(messageId), { eventId, isReplayed });
    if (!isReplayed || !this.#skipping.has(String(queue))) return;
    this.#violations.push({
      userId: data.userId,
      what: `has the event ${eventId} of a replay in ${queue}, which skips replays`,
    });
  }

  /** Its cause is handled now: the message says whether that is a replay. */
  #event({ detail }: JournalEntry): void {
    const { metadata, data } = detail as BusEvent;
    const { causationId, eventId, replayName } = metadata;
    if (causationId === undefined) return;
    const causes = [...this.#batches.values()]
      .flat()
      .map((id) => this.#messages.get(id))
      .filter((told) => told?.eventId === causationId);
    const says = replayName === undefined ? 'does not say that it comes' : 'says that it comes';
    // Handled as new and as replayed at the same time, or put by an operator.
    if (causes.length === 0 || causes.some((told) => told?.isReplayed === (replayName !== undefined))) return;
    if (replayName !== undefined && this.#isPutByOperator(eventId)) return;
    this.#violations.push({ userId: data.userId, what: `has the event ${eventId}, which ${says} of a replay` });
  }
}
