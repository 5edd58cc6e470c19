import { pipeRecordsReader, type QueueOwner, queueOf, scanMessages } from '../dead-letters/index.ts';
import type { OnStack } from '../deployed/stack.ts';

/** Users whose registration waits somewhere; `anybody` where that is not known. */
export type WaitingUsers = ReadonlySet<string> | 'anybody';

/** What the letters of a queue say. */
export interface ReadLetters {
  readonly users: WaitingUsers;
  /** Letters that cannot be read: their ids, and why. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** With more letters than this, a registration may be anybody's. */
const MOST_READ = 500;

export interface WaitingLetters {
  readonly url: string;
  readonly owner: QueueOwner;
  /** How many there are, those among them that somebody else has received. */
  readonly letters: number;
}

/**
 * Reads whose registrations the letters of a dead-letter queue hold, and leaves all of them there. What left the stream waits
 * no longer: a letter of the pipe whose records are lost is nobody's. One that cannot be read may be anybody's.
 */
export async function readWaitingUsers(
  on: OnStack,
  { url, owner, letters }: WaitingLetters,
  signal: AbortSignal,
): Promise<ReadLetters> {
  if (letters > MOST_READ) return { users: 'anybody', unreadable: new Map() };
  const recordsOf = pipeRecordsReader(on);
  const survey = await scanMessages(queueOf(on, url), { owner, recordsOf, most: letters, signal });
  const { users, size, kinds, records, unreadable } = survey;
  const isAllKnown =
    size >= letters && records.messages === kinds.pipe && users.length < MOST_READ && unreadable.size === 0;
  return { users: isAllKnown ? new Set(users) : 'anybody', unreadable };
}
