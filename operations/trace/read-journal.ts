import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { containingAnyOf } from './filter-patterns.ts';
import type { SearchLogs } from './log-search.ts';
import type { Names } from './names.ts';
import { type FollowedUser, RegistrationIds } from './registration-ids.ts';
import { inOrder } from './trace-items.ts';

/**
 * The entries of the journal that may be about a user, found by the user's id, then by the ids that those entries tell, and so
 * on: of a long journal little more is read than what is wanted.
 * @param from milliseconds since the Unix epoch
 * @returns entries in their order; undefined where there is no journal, as on AWS
 */
export async function readJournal(
  search: SearchLogs,
  user: FollowedUser,
  names: Names,
  from: number,
): Promise<JournalEntry[] | undefined> {
  const found = new Map<number, JournalEntry>();
  const asked = new Set<string>();
  let entries: JournalEntry[] = [];
  let texts = textsOf(user);
  let earliest = from;
  while (texts.length > 0) {
    const lines = await search(JOURNAL_LOG_GROUP, containingAnyOf(texts), earliest);
    if (lines === undefined) return undefined;
    for (const { message } of lines) {
      const entry = JSON.parse(message) as JournalEntry;
      found.set(entry.sequence, entry);
    }
    entries = [...found.values()].sort((a, b) => a.sequence - b.sequence);
    // Nothing of a user comes before the first that names the user.
    earliest = entries[0]?.at ?? from;
    for (const text of texts) asked.add(text);
    texts = idsIn(entries, user, names).filter((id) => !asked.has(id));
  }
  return entries;
}

/** How the user's id stands in the lines of stream records and of events. */
function textsOf({ userId, userIdAttribute }: FollowedUser): string[] {
  const inKeys = JSON.stringify({ [userIdAttribute]: { S: userId } });
  const inData = JSON.stringify({ userId });
  // Without the braces: there may be more between them.
  return [inKeys.slice(1, -1), inData.slice(1, -1)];
}

function idsIn(entries: readonly JournalEntry[], user: FollowedUser, names: Names): string[] {
  const ids = new RegistrationIds(user);
  for (const item of inOrder(entries, [], names)) ids.take(item);
  return ids.all;
}
