import { URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { type JournalEntry, keysOfBody, uriInRecord, userOfRecord } from '../journal/journal.ts';
import type { Verdict } from '../trace/index.ts';

/** The kinds of entries from which users are known. */
export const USER_HOPS = ['stream-record', 'pipe-dlq', 'redriven-to-dlq'];

/** A user, as far as these entries say. */
export interface JournalUser {
  readonly userId: string;
  /** When the row was written. */
  readonly at: number;
  verdict: Verdict;
  uri?: string;
}

/** The most users that are remembered. */
const MOST = 1000;

/** The users of a journal and how they stand, by a few of its entries: they are kept as these come. */
export class JournalUsers {
  readonly #userIdAttribute: string;
  /** In the order in which their rows were written. */
  readonly #users = new Map<string, JournalUser>();
  /** Users by their stream records. */
  readonly #records = new Map<string, string>();
  #last = 0;

  constructor(userIdAttribute: string) {
    this.#userIdAttribute = userIdAttribute;
  }

  /** Takes entries in their order; one that was taken before is skipped. */
  take(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (entry.sequence <= this.#last) continue;
      this.#last = entry.sequence;
      if (entry.hop === 'stream-record') this.#takeRecord(entry);
      else for (const user of this.#failedIn(entry)) this.#fail(user);
    }
  }

  /** The latest first. @param most how many at most */
  latest(most: number): JournalUser[] {
    return [...this.#users.values()].slice(-most).reverse();
  }

  #takeRecord(entry: JournalEntry): void {
    const userId = userOfRecord(entry, this.#userIdAttribute);
    if (userId === undefined) return;
    const { at, eventName } = entry;
    if (eventName === 'INSERT') {
      this.#users.delete(userId);
      this.#users.set(userId, { userId, at, verdict: 'waiting' });
      this.#records.set(String(entry.eventId), userId);
      this.#forgetOldest();
    }
    const user = this.#users.get(userId);
    const uri = uriInRecord(entry, URI_ATTRIBUTE);
    if (eventName === 'REMOVE') this.#users.delete(userId);
    else if (user !== undefined && uri !== undefined) Object.assign(user, { verdict: 'done', uri });
  }

  /** The users whose event was given up. */
  #failedIn({ hop, eventIds, body }: JournalEntry): (string | undefined)[] {
    if (hop === 'redriven-to-dlq') return [keysOfBody(body).userId];
    return Array.isArray(eventIds) ? eventIds.map((id) => this.#records.get(String(id))) : [];
  }

  /** A user who has the URI is done, whatever became of another event. */
  #fail(userId: string | undefined): void {
    const user = this.#users.get(userId ?? '');
    if (user?.verdict === 'waiting') user.verdict = 'failed';
  }

  #forgetOldest(): void {
    if (this.#users.size > MOST) this.#users.delete(this.#users.keys().next().value as string);
    if (this.#records.size > MOST) this.#records.delete(this.#records.keys().next().value as string);
  }
}
