import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { bodyOf } from './message-body.ts';
import type { Bucket, BusEvent } from './outcome.ts';
import type { Violation } from './violation.ts';

type Keys = { readonly userId?: { readonly S?: string } };

/** What settling is judged by besides the journal. */
export interface SettlingSurroundings {
  /** The service that takes from a queue, such as `bucket-retirer`; undefined for other queues. @param queueArn */
  readonly subscriberOf: (queueArn: string) => string | undefined;
  /** The buckets that are tagged as a user's, as they are now. */
  readonly bucketsOf: (userId: string) => readonly Bucket[];
}

/** An event that has a function settle the buckets of a user. */
interface Cause {
  readonly userId: string;
  readonly isReplayed: boolean;
}

/** One delivery of events to a function that settles buckets. Moments are numbers of entries of the journal. */
interface Settling {
  readonly subscriber: string;
  /** By the ids of their messages. */
  readonly causes: ReadonlyMap<string, Cause>;
  /** Names of the buckets that its users had when it began. */
  readonly known: ReadonlySet<string>;
  readonly beganAt: number;
  /** When it last changed a bucket; when it began, until it does. */
  changedAt: number;
}

/** By these a bucket is marked as retired, or not. */
export const MARKING: readonly string[] = [
  'PutBucketTagging',
  'PutLifecycleConfiguration',
  'DeleteLifecycleConfiguration',
];

const SETTLERS: readonly (string | undefined)[] = ['bucket-retirer', 'bucket-restorer'];

/**
 * The row decides, not the event (decision 0034): when a function has settled a user's buckets, they are retired if there is no row, and
 * in use if there is one. If the row came or went after the function had changed its last bucket, another event comes, and nothing is
 * judged. Reads the journal as it is written.
 */
export class SettlingChecks {
  readonly #around: SettlingSurroundings;
  readonly #violations: Violation[] = [];
  /** By the ids of their messages. */
  readonly #causes = new Map<string, Cause>();
  readonly #running = new Map<string, Settling>();
  /** By user: when the row came or went last, and whether it is there. */
  readonly #rows = new Map<string, { readonly since: number; readonly isThere: boolean }>();
  /** By user: which deliveries began or ended to settle the buckets, and when. */
  readonly #turns = new Map<string, { readonly requestId: string; readonly at: number }[]>();
  #judges = false;

  constructor(around: SettlingSurroundings) {
    this.#around = around;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** From now on it judges: buckets are as they are now. What was noted before was done by functions that have ended. */
  begin(): void {
    this.#judges = true;
    this.#running.clear();
  }

  note(entry: JournalEntry): void {
    if (entry.hop === 'stream-record') this.#row(entry);
    else if (entry.hop === 'message') this.#message(entry);
    else if (entry.hop === 'batch') this.#batch(entry);
    else if (entry.hop === 'api-call') this.#call(entry);
    else if (entry.hop === 'invocation') this.#invocation(entry);
  }

  #row({ sequence, eventName, keys }: JournalEntry): void {
    if (eventName === 'MODIFY') return;
    this.#rows.set((keys as Keys).userId?.S ?? '', { since: sequence, isThere: eventName === 'INSERT' });
  }

  #message(entry: JournalEntry): void {
    const { detail, 'replay-name': replay } = bodyOf(entry);
    if (detail === undefined) return;
    const { metadata, data } = detail as BusEvent;
    const isReplayed = (replay ?? metadata.replayName) !== undefined;
    this.#causes.set(String(entry.messageId), { userId: data.userId, isReplayed });
  }

  #batch({ sequence, requestId, queueArn, messageIds }: JournalEntry): void {
    const subscriber = this.#around.subscriberOf(String(queueArn));
    if (subscriber === undefined || !SETTLERS.includes(subscriber)) return;
    const causes = new Map(
      (messageIds as readonly string[]).flatMap((id) => {
        const event = this.#causes.get(id);
        return event === undefined ? [] : [[id, event] as const];
      }),
    );
    const users = usersOf(causes);
    const known = new Set(users.flatMap((userId) => this.#around.bucketsOf(userId).map(({ name }) => name)));
    this.#running.set(String(requestId), { subscriber, causes, known, beganAt: sequence, changedAt: sequence });
    this.#noteTurn(String(requestId), users, sequence);
  }

  #call({ sequence, invocation, operation }: JournalEntry): void {
    const settling = this.#running.get(String(invocation));
    if (settling !== undefined && MARKING.includes(String(operation))) settling.changedAt = sequence;
  }

  #invocation({ sequence, requestId, outcome, result }: JournalEntry): void {
    const settling = this.#running.get(String(requestId));
    if (settling === undefined || outcome === 'items-failed') return;
    this.#running.delete(String(requestId));
    const users = usersOf(settling.causes);
    this.#noteTurn(String(requestId), users, sequence);
    if (outcome !== 'answered' || !this.#judges) return;
    const { batchItemFailures = [] } = (result ?? {}) as {
      readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
    };
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const [id, cause] of settling.causes) {
      if (!failed.has(id)) this.#judge(cause, String(requestId), settling, users.length === 1);
    }
  }

  /** @param isAlone whether the settling is about no other user */
  #judge({ userId, isReplayed }: Cause, requestId: string, settling: Settling, isAlone: boolean): void {
    const { subscriber, known } = settling;
    const row = this.#rows.get(userId);
    if (row === undefined || row.since > (isAlone ? settling.changedAt : settling.beganAt)) return;
    const isDisturbed =
      [...this.#running.values()].some((other) => usersOf(other.causes).includes(userId)) ||
      this.#turns.get(userId)?.some((turn) => turn.requestId !== requestId && turn.at > settling.beganAt);
    // A replay may be about users who left long ago: their buckets stay as they are.
    if (isDisturbed || (!row.isThere && subscriber === 'bucket-restorer' && isReplayed)) return;
    for (const bucket of this.#around.bucketsOf(userId).filter(({ name }) => known.has(name))) {
      if (row.isThere && isMarked(bucket)) {
        this.#violations.push({ userId, what: `is there, and ${subscriber} has left ${bucket.name} as a retired one` });
      }
      if (!row.isThere && !isFullyMarked(bucket)) {
        this.#violations.push({ userId, what: `left, and ${subscriber} has not retired ${bucket.name}` });
      }
    }
  }

  #noteTurn(requestId: string, users: readonly string[], at: number): void {
    for (const userId of users) {
      this.#turns.set(userId, [...(this.#turns.get(userId) ?? []), { requestId, at }]);
    }
  }
}

function usersOf(causes: ReadonlyMap<string, Cause>): string[] {
  return [...new Set([...causes.values()].map(({ userId }) => userId))];
}

/** How much of a bucket says that it is retired. */
export function marksOf({ tags, isToBeEmptied }: Bucket): number {
  return [tags.retiredAt !== undefined, tags.emptiedFrom !== undefined, isToBeEmptied === true].filter(Boolean).length;
}

/** Whether anything of a bucket says that it is retired. */
export function isMarked(bucket: Bucket): boolean {
  return marksOf(bucket) > 0;
}

/** Whether all of it does. */
export function isFullyMarked(bucket: Bucket): boolean {
  return marksOf(bucket) === 3;
}
