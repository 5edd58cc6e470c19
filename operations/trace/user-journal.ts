import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { containingAnyOf, type SearchLogs } from './log-search.ts';
import { MARKS_FOR_ALL } from './marks.ts';
import { type FollowedUser, RegistrationIds } from './registration-ids.ts';
import { inOrder, type Names, type TraceItem } from './trace-items.ts';

/**
 * The entries of the journal that may be about a user. It searches for the user's id, then for the ids in those entries, until
 * there are no new ids, so that it reads only a small part of a long journal.
 */
export class UserJournal {
  readonly #search: SearchLogs;
  readonly #user: FollowedUser;
  readonly #names: Names;
  readonly #found = new Map<number, JournalEntry>();
  readonly #asked = new Set<string>();

  constructor(search: SearchLogs, user: FollowedUser, names: Names) {
    this.#search = search;
    this.#user = user;
    this.#names = names;
  }

  /**
   * Reads what has come; entries that were read before are kept.
   * @param from milliseconds since the Unix epoch; earlier entries are left out
   * @returns all entries in their order; undefined if there is no journal
   */
  async read(from: number): Promise<JournalEntry[] | undefined> {
    let entries = this.#inOrder();
    let earliest = from;
    for (const text of [...mentionsOf(this.#user), ...MARKS_FOR_ALL]) this.#asked.add(text);
    let texts = [...this.#asked];
    while (texts.length > 0) {
      const lines = await this.#search(JOURNAL_LOG_GROUP, containingAnyOf(texts), earliest);
      if (lines === undefined) return undefined;
      for (const { message } of lines) {
        const entry = JSON.parse(message) as JournalEntry;
        this.#found.set(entry.sequence, entry);
      }
      entries = this.#inOrder();
      // The first entry of a user names the user; marks may be older.
      earliest = entries.find(({ hop }) => hop !== 'lab' && hop !== 'pipe-state')?.at ?? from;
      texts = idsIn(inOrder(entries, [], this.#names), this.#user).all.filter((id) => !this.#asked.has(id));
      for (const text of texts) this.#asked.add(text);
    }
    return entries;
  }

  #inOrder(): JournalEntry[] {
    return [...this.#found.values()].sort((a, b) => a.sequence - b.sequence);
  }
}

/** The user's id as the lines of stream records and of events contain it. */
function mentionsOf({ userId, userIdAttribute }: FollowedUser): string[] {
  // Without the braces, because there may be other fields.
  return [{ [userIdAttribute]: { S: userId } }, { userId }].map((fields) => JSON.stringify(fields).slice(1, -1));
}

/** The ids of a user's registrations, as these items have them. @param items in their order */
export function idsIn(items: readonly TraceItem[], user: FollowedUser): RegistrationIds {
  const ids = new RegistrationIds(user);
  for (const item of items) ids.take(item);
  return ids;
}
