import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { hasEnded, type ReplayStatus } from '../deployed/archive.ts';
import type { OnStack } from '../deployed/stack.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry } from '../journal/journal.ts';
import { endOfJournal } from '../journal/read-journal.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';
import { listReplays } from './run.ts';

/** A replay, and what came of it as far as that is known. */
export interface FollowedReplay extends ReplayStatus {
  /** Events that a rule matched. @default - not known, as on AWS, or while it runs */
  readonly events?: number;
}

interface FollowOptions {
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** How long between two readings, in milliseconds: of a replay that runs, and of a list in which nothing does. */
const PAUSE_MS = { engine: { running: 300, ended: 500 }, aws: { running: 5000, ended: 15_000 } };

/** The replays of the stack's archive as they change, the newest first. */
export async function* followReplays(
  on: OnStack,
  { signal, clock = SYSTEM_CLOCK }: FollowOptions,
): AsyncGenerator<readonly FollowedReplay[]> {
  const journal = 'endpoint' in on.target ? new ReplayJournal(on.clients.of(CloudWatchLogsClient)) : undefined;
  const pauses = journal ? PAUSE_MS.engine : PAUSE_MS.aws;
  while (!signal.aborted) {
    const started = clock.now();
    await journal?.hasNews();
    const replays = await listReplays(on);
    yield replays.map((status) => withEvents(status, journal));
    const isRunning = replays.some((status) => !hasEnded(status));
    let tookMs = clock.now() - started;
    do {
      await clock.pause(watchingPause(isRunning ? pauses.running : pauses.ended, tookMs), signal);
      if (isRunning || journal === undefined || signal.aborted) break;
      const asked = clock.now();
      // Listing leaves an entry in the journal, which would be news to other watchers: it is done when there is something to see.
      if (await journal.hasNews()) break;
      tookMs = clock.now() - asked;
    } while (!signal.aborted);
  }
}

function withEvents(status: ReplayStatus, journal: ReplayJournal | undefined): FollowedReplay {
  const events = hasEnded(status) ? journal?.matched.get(status.name) : undefined;
  return events === undefined ? status : { ...status, events };
}

/** What the local engine's journal says about replays. */
class ReplayJournal {
  readonly #client: CloudWatchLogsClient;
  /** By the replay's name, the events that a rule matched. */
  readonly matched = new Map<string, number>();
  #token = '';
  #last = '';
  #at = 0;

  constructor(client: CloudWatchLogsClient) {
    this.#client = client;
  }

  /** Reads what has come. @returns whether that is something about a replay */
  async hasNews(): Promise<boolean> {
    const { token } = await endOfJournal(this.#client);
    if (token === this.#token) return false;
    this.#token = token;
    const before = this.#last;
    const input = { logGroupName: JOURNAL_LOG_GROUP, filterPattern: '{ $.hop = "replay" }', startTime: this.#at };
    for await (const { events = [] } of paginateFilterLogEvents({ client: this.#client }, input)) {
      for (const { message = '{}' } of events) this.#take(JSON.parse(message) as JournalEntry);
    }
    return this.#last !== before;
  }

  #take({ at, sequence, replay, matched }: JournalEntry): void {
    this.matched.set(String(replay), Number(matched));
    this.#at = at;
    // The numbers of an engine that was started again begin at 1.
    this.#last = `${at} ${sequence}`;
  }
}
