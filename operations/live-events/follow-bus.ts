import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { OnStack } from '../deployed/stack.ts';
import { findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry, keysOfEvent } from '../journal/journal.ts';
import { endOfJournal, readJournalBackwards } from '../journal/read-journal.ts';
import { type Clock, SYSTEM_CLOCK, watchingPause } from '../time/waiting.ts';

/** An event of the bus, as the local engine's journal has it. */
export interface BusEvent {
  /** The envelope's id. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly type: string;
  readonly source: string;
  readonly userId?: string;
  /** The replay that emitted it. */
  readonly replay?: string;
  readonly detail: unknown;
}

/** Whether a rule matched an event, and why not. */
export interface RuleVerdict {
  readonly eventId: string;
  /** The rule's subscriber; for the rule of another stack, its name. */
  readonly subscriber: string;
  readonly isMatched: boolean;
  readonly reason?: string;
}

/** What has come since the reading before. */
export interface BusNews {
  readonly events: readonly BusEvent[];
  readonly verdicts: readonly RuleVerdict[];
  /** Whether events were left out before these, because more came than can be shown. */
  readonly isGap: boolean;
  /** Where to continue. */
  readonly place: string;
}

export interface FollowBusOptions {
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  /** The place of an earlier reading, to continue there. @default the last events, then what comes */
  readonly after?: string | undefined;
  readonly clock?: Clock;
}

const PAUSE_MS = 250;

/** Of one reading; if more have come, the others are left out. */
const MOST_ENTRIES = 3000;

/** Events that are read before those that come. */
const HISTORY = 200;

const PATTERN = '{ $.hop = "event" || $.hop = "rule" }';

/** The events of the local engine's bus: the last ones, and those that come. It reads the journal, and makes no rule. */
export async function* followBus(
  on: OnStack,
  { signal, after, clock = SYSTEM_CLOCK }: FollowBusOptions,
): AsyncGenerator<BusNews> {
  const client = on.clients.of(CloudWatchLogsClient);
  const nameOf = subscribersByRule(on);
  let { at, sequence } = placeIn(after) ?? { at: 0, sequence: 0 };
  let token = '';
  if (after === undefined) {
    const entries = await lastEntries(client);
    ({ at = 0, sequence = 0 } = entries.at(-1) ?? {});
    yield { ...newsIn(entries, nameOf), isGap: false, place: `${at}-${sequence}` };
  }
  while (!signal.aborted) {
    const started = clock.now();
    const end = await endOfJournal(client);
    if (end.token !== token) {
      token = end.token;
      const { entries, isAll } = await entriesSince(client, at);
      const from = { at, sequence };
      // The numbers of an engine that was started again begin at 1.
      const fresh = entries.filter((entry) => entry.sequence > from.sequence || entry.at > from.at);
      const last = fresh.at(-1);
      if (last !== undefined) ({ at, sequence } = last);
      if (!isAll) at = end.at;
      if (last !== undefined) yield { ...newsIn(fresh, nameOf), isGap: !isAll, place: `${at}-${sequence}` };
    }
    await clock.pause(watchingPause(PAUSE_MS, clock.now() - started), signal);
  }
}

async function entriesSince(
  client: CloudWatchLogsClient,
  startTime: number,
): Promise<{ readonly entries: JournalEntry[]; readonly isAll: boolean }> {
  const { events = [], nextToken } = await client.send(
    new FilterLogEventsCommand({
      logGroupName: JOURNAL_LOG_GROUP,
      filterPattern: PATTERN,
      limit: MOST_ENTRIES,
      ...(startTime > 0 && { startTime }),
    }),
  );
  const entries = events.map(({ message = '{}' }) => JSON.parse(message) as JournalEntry);
  return { entries, isAll: nextToken === undefined };
}

/** The entries of the last events, in the journal's order. */
async function lastEntries(client: CloudWatchLogsClient): Promise<JournalEntry[]> {
  let found: JournalEntry[] = [];
  let events = 0;
  for await (const page of readJournalBackwards(client)) {
    const own = page.filter(({ hop }) => hop === 'event' || hop === 'rule');
    found = [...own, ...found];
    events += own.filter(({ hop }) => hop === 'event').length;
    if (events >= HISTORY) break;
  }
  return found;
}

function newsIn(
  entries: readonly JournalEntry[],
  nameOf: (rule: string) => string,
): Pick<BusNews, 'events' | 'verdicts'> {
  return {
    events: entries.filter(({ hop }) => hop === 'event').map(eventOf),
    verdicts: entries.filter(({ hop }) => hop === 'rule').map((entry) => verdictOf(entry, nameOf)),
  };
}

function eventOf(entry: JournalEntry): BusEvent {
  const { busEventId: id = '', userId, replayName: replay } = keysOfEvent(entry);
  const { at, detailType, source, detail } = entry;
  return {
    id,
    at,
    type: String(detailType),
    source: String(source),
    ...(userId !== undefined && { userId }),
    ...(replay !== undefined && { replay }),
    detail,
  };
}

function verdictOf({ eventId, rule, matched, reason }: JournalEntry, nameOf: (rule: string) => string): RuleVerdict {
  return {
    eventId: String(eventId),
    subscriber: nameOf(String(rule)),
    isMatched: matched === true,
    ...(typeof reason === 'string' && { reason }),
  };
}

function subscribersByRule({ stack }: OnStack): (rule: string) => string {
  const names = new Map(findSubscribers(stack).map(({ name, ruleArn }) => [ruleOfArn(ruleArn).name, name]));
  return (rule) => names.get(rule) ?? rule;
}

/** The place that a reading gave; undefined for anything else. */
function placeIn(text: string | undefined): { readonly at: number; readonly sequence: number } | undefined {
  const [, at, sequence] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? [];
  return at === undefined ? undefined : { at: Number(at), sequence: Number(sequence) };
}
