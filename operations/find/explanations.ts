import { displayId } from '../messages/display.ts';
import { type Ending, endingOf, summaryOf, type TraceReader, type Verdict, verdictOf } from '../trace/index.ts';
import type { JournalUser } from './journal-users.ts';

/** A user who registered not long ago, and how the latest registration stands. */
export interface RecentUser {
  readonly userId: string;
  /** When the row was written, or the first log line about it. Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly verdict: Verdict;
  /** The URI in the row; without one, how it stands, in a sentence. */
  readonly text: string;
}

/** Of users who are not done, so many are explained by their traces; if there are more, those who have waited for a while. */
export const MOST_EXPLAINED = 5;
const EXPLAINED_AFTER_MS = 2000;

interface Explained {
  readonly user: JournalUser;
  readonly reader: TraceReader;
  /** Everything before was read. Milliseconds since the Unix epoch. */
  readTo: number;
  ending?: Ending;
}

/** Says how users stand: of some who are not done, by their traces, which are read on as the journal grows. */
export class Explanations {
  readonly #readerOf: (userId: string) => TraceReader;
  #known = new Map<string, Explained>();

  constructor(readerOf: (userId: string) => TraceReader) {
    this.#readerOf = readerOf;
  }

  /**
   * @param end the time of the journal's newest entry, in milliseconds since the Unix epoch
   * @param most how many traces are read on; of others, what is known is said
   */
  async of(users: readonly JournalUser[], end: number, most: number): Promise<RecentUser[]> {
    const open = users.filter(({ verdict }) => verdict !== 'done');
    const late = open.length > MOST_EXPLAINED ? open.filter(({ at }) => at <= end - EXPLAINED_AFTER_MS) : open;
    const explained = new Map<string, Explained>();
    for (const [index, user] of late.slice(0, MOST_EXPLAINED).entries()) {
      const known = index < most ? await this.#explain(user, end) : this.#known.get(user.userId);
      if (known?.user === user) explained.set(user.userId, known);
    }
    this.#known = explained;
    return users.map((user) => viewOf(user, explained.get(user.userId)?.ending));
  }

  async #explain(user: JournalUser, end: number): Promise<Explained> {
    const before = this.#known.get(user.userId);
    const known = before?.user === user ? before : { user, reader: this.#readerOf(user.userId), readTo: user.at };
    const registration = (await known.reader.readNews(known.readTo))?.registrations.at(-1);
    if (registration !== undefined) known.ending = endingOf(registration, { exists: true });
    known.readTo = end;
    return known;
  }
}

function viewOf({ userId, at, verdict, uri }: JournalUser, ending: Ending | undefined): RecentUser {
  if (ending !== undefined) return { userId, at, verdict: verdictOf(ending), text: summaryOf(ending) };
  const text = verdict === 'waiting' ? 'its row has no URI yet' : 'its event is in a dead-letter queue';
  return { userId, at, verdict, text: uri === undefined ? text : displayId(uri, 80) };
}
