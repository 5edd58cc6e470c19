import { type CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { JOURNAL_LOG_GROUP, type JournalEntry } from './journal.ts';

/** The one stream of every log group of the engine. */
const LOG_STREAM = 'local';

const JOURNAL = { logGroupName: JOURNAL_LOG_GROUP, logStreamName: LOG_STREAM };

/** Where the journal ends. */
export interface JournalEnd {
  /** It changes with each entry. */
  readonly token: string;
  /** The time of the newest entry, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The number of the newest entry; 0 if there is none. */
  readonly sequence: number;
}

/** Asks for the newest entry alone, which costs the engine little. */
export async function endOfJournal(client: CloudWatchLogsClient): Promise<JournalEnd> {
  const { events = [], nextForwardToken = '' } = await client.send(new GetLogEventsCommand({ ...JOURNAL, limit: 1 }));
  const [{ timestamp: at = 0, message = '{}' } = {}] = events;
  const { sequence = 0 } = JSON.parse(message) as Partial<JournalEntry>;
  return { token: nextForwardToken, at, sequence };
}

/** All entries, in pages from the newest to the oldest; each page is in the journal's order. */
export async function* readJournalBackwards(client: CloudWatchLogsClient): AsyncGenerator<JournalEntry[]> {
  let nextToken: string | undefined;
  for (;;) {
    const { events = [], nextBackwardToken } = await client.send(
      new GetLogEventsCommand({ ...JOURNAL, startFromHead: false, ...(nextToken !== undefined && { nextToken }) }),
    );
    if (events.length === 0) return;
    yield events.map(({ message = '{}' }) => JSON.parse(message) as JournalEntry);
    nextToken = nextBackwardToken;
  }
}
