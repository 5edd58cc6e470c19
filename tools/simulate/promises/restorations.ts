import type { JournalEntry } from '../../../packages/local-engine/index.ts';
import { bodyOf } from './message-body.ts';
import type { Bucket, BusEvent } from './outcome.ts';
import { isFullyMarked, MARKING, marksOf, type SettlingSurroundings } from './settling.ts';

/** A delivery of replayed events to bucket-restorer. */
interface Delivery {
  readonly users: ReadonlySet<string>;
  /** Whether it has changed a bucket. */
  hasChanged: boolean;
  /** What it has sent may arrive all the same. */
  isDead: boolean;
}

/** What Lambda says of a function that ended without an answer of its own: it was killed, timed out, or its host was lost. */
const DIED = /^(?:Runtime|Sandbox)\./;

/**
 * A replay that restores a bucket while its user leaves takes that back, unless its function dies, or an error stops it, before it can
 * (decision 0034): the next attempt finds no row, and a replay retires nothing. Finds the buckets where that happened, and that were not
 * retired again since. Reads the journal as it is written.
 */
export class Restorations {
  readonly #around: SettlingSurroundings;
  /** The users whom replayed events are about, by the ids of their messages. */
  readonly #replayed = new Map<string, string>();
  readonly #deliveries = new Map<string, Delivery>();
  /** How many marks of a retired bucket each had when it was last looked at. */
  readonly #marks = new Map<string, number>();
  /** By bucket: which delivery has restored it, and may take that back. */
  readonly #open = new Map<string, string>();
  /** By delivery: the buckets that it has restored, each with its user. The journal does not say on which bucket a call was. */
  readonly #restored: Map<string, Map<string, string>>;
  /** By bucket: its user. */
  readonly #cutShort: Map<string, string>;
  #looks = false;

  /** @param before what was found on the engine that was killed before this one */
  constructor(around: SettlingSurroundings, before?: Restorations) {
    this.#around = around;
    this.#cutShort = new Map(before === undefined ? [] : before.#cutShort);
    this.#restored = new Map(before === undefined ? [] : before.#restored);
  }

  /** Names of the buckets that were left in use. */
  get cutShort(): readonly string[] {
    return [...this.#cutShort.keys()];
  }

  /** From now on buckets are as they are now. Functions that worked before it died with the engine. */
  begin(): void {
    this.#looks = true;
    for (const [requestId, delivery] of this.#deliveries) {
      const restored = delivery.hasChanged ? this.#restored.get(requestId) : undefined;
      for (const [name, userId] of restored ?? []) this.#cutShort.set(name, userId);
      this.#deliveries.set(requestId, { ...delivery, isDead: true });
    }
    this.#look();
  }

  note(entry: JournalEntry): void {
    if (entry.hop === 'message') this.#message(entry);
    else if (entry.hop === 'batch') this.#batch(entry);
    else if (entry.hop === 'api-call') this.#call(entry);
    else if (entry.hop === 'invocation') this.#invocation(entry);
  }

  #message(entry: JournalEntry): void {
    const { detail, 'replay-name': replay } = bodyOf(entry);
    if (detail === undefined) return;
    const { metadata, data } = detail as BusEvent;
    if ((replay ?? metadata.replayName) !== undefined) this.#replayed.set(String(entry.messageId), data.userId);
  }

  #batch({ requestId, queueArn, messageIds }: JournalEntry): void {
    if (this.#around.subscriberOf(String(queueArn)) !== 'bucket-restorer') return;
    const users = new Set((messageIds as readonly string[]).flatMap((id) => this.#replayed.get(id) ?? []));
    if (users.size === 0) return;
    this.#deliveries.set(String(requestId), { users, hasChanged: false, isDead: false });
    this.#look();
  }

  #call({ operation, invocation }: JournalEntry): void {
    if (!MARKING.includes(String(operation))) return;
    const delivery = this.#deliveries.get(String(invocation));
    if (delivery !== undefined) delivery.hasChanged = true;
    this.#look((name, userId) => {
      if (delivery === undefined) return;
      const restored = this.#restored.get(String(invocation)) ?? new Map<string, string>();
      this.#restored.set(String(invocation), restored.set(name, userId));
      if (delivery.isDead) this.#cutShort.set(name, userId);
      else this.#open.set(name, String(invocation));
    });
  }

  #invocation({ requestId, outcome, errorType }: JournalEntry): void {
    const delivery = this.#deliveries.get(String(requestId));
    if (delivery === undefined) return;
    delivery.isDead = outcome === 'items-failed' || (outcome === 'failed' && DIED.test(String(errorType)));
    for (const [userId, { name }] of this.#bucketsOf(delivery.users)) {
      if (this.#open.get(name) !== requestId) continue;
      this.#open.delete(name);
      if (delivery.isDead) this.#cutShort.set(name, userId);
    }
    if (!delivery.isDead) this.#deliveries.delete(String(requestId));
  }

  /** Looks at the buckets that are concerned. @param onRestored called for each that has fewer marks than before */
  #look(onRestored: (name: string, userId: string) => void = () => {}): void {
    if (!this.#looks) return;
    const users = [...this.#deliveries.values()].flatMap((delivery) => [...delivery.users]);
    for (const [userId, bucket] of this.#bucketsOf(new Set([...users, ...this.#cutShort.values()]))) {
      const { name } = bucket;
      const marks = marksOf(bucket);
      if (marks < (this.#marks.get(name) ?? marks)) onRestored(name, userId);
      this.#marks.set(name, marks);
      if (!isFullyMarked(bucket)) continue;
      this.#open.delete(name);
      this.#cutShort.delete(name);
    }
  }

  #bucketsOf(users: Iterable<string>): (readonly [string, Bucket])[] {
    return [...users].flatMap((userId) => this.#around.bucketsOf(userId).map((bucket) => [userId, bucket] as const));
  }
}
