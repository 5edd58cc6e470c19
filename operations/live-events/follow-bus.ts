import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { OnStack } from '../deployed/stack.ts';
import { findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { JOURNAL_LOG_GROUP, type JournalEntry, keysOfEvent } from '../journal/journal.ts';
import { endOfJournal, type JournalEnd, readJournalBackwards } from '../journal/read-journal.ts';
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
  /** Whether the place where to continue is of another engine: what was read before is gone with it. */
  readonly isAnew: boolean;
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

/** Entries of all kinds in one reading; if more have come, the events of the earlier ones are left out. */
const MOST_BEHIND = 3000;

/** Events that are read before those that come, at least. */
const HISTORY = 100;

const PATTERN = '{ $.hop = "event" || $.hop = "rule" }';

/** The events of the local engine's bus: the last ones, and those that come. It reads the journal, and makes no rule. */
export async function* followBus(
  on: OnStack,
  { signal, after, clock = SYSTEM_CLOCK }: FollowBusOptions,
): AsyncGenerator<BusNews> {
  const client = on.clients.of(CloudWatchLogsClient);
  const nameOf = subscribersByRule(on);
  const textOf = ({ at, sequence }: Place) => `${at}-${sequence}-${engineOf(on)}`;
  const known = placeIn(after, engineOf(on));
  let place = known ?? { at: 0, sequence: 0 };
  if (known === undefined) {
    const { entries } = await lastEntries(client, 0);
    place = entries.at(-1) ?? place;
    yield { ...newsIn(entries, nameOf), isGap: false, isAnew: after !== undefined, place: textOf(place) };
  }
  /** Where the journal ended before; what it had by then was read. */
  let read: JournalEnd = { token: '', ...place };
  while (!signal.aborted) {
    const started = clock.now();
    const end = await endOfJournal(client);
    if (end.token !== read.token) {
      const isBehind = end.sequence - read.sequence > MOST_BEHIND;
      const { entries, isAll } = isBehind
        ? await lastEntries(client, read.sequence)
        : await entriesSince(client, read.at);
      // The numbers of an engine that was started again begin at 1.
      const { at, sequence } = place;
      const fresh = entries.filter((entry) => entry.sequence > sequence || entry.at > at);
      place = fresh.at(-1) ?? place;
      read = end;
      if (fresh.length > 0) yield { ...newsIn(fresh, nameOf), isGap: !isAll, isAnew: false, place: textOf(place) };
    }
    await clock.pause(watchingPause(PAUSE_MS, clock.now() - started), signal);
  }
}

/** In the journal's order. */
interface Read {
  readonly entries: readonly JournalEntry[];
  /** Whether there are no others between these and what was read before. */
  readonly isAll: boolean;
}

/** @param startTime milliseconds since the Unix epoch */
async function entriesSince(client: CloudWatchLogsClient, startTime: number): Promise<Read> {
  const entries: JournalEntry[] = [];
  const search = { logGroupName: JOURNAL_LOG_GROUP, filterPattern: PATTERN, ...(startTime > 0 && { startTime }) };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, search)) {
    entries.push(...events.map(({ message = '{}' }) => JSON.parse(message) as JournalEntry));
  }
  return { entries, isAll: true };
}

/** The entries of the last events. @param known the number of the newest entry that was read before */
async function lastEntries(client: CloudWatchLogsClient, known: number): Promise<Read> {
  let found: JournalEntry[] = [];
  let events = 0;
  for await (const page of readJournalBackwards(client)) {
    const own = page.filter(({ hop }) => hop === 'event' || hop === 'rule');
    found = [...own, ...found];
    events += own.filter(({ hop }) => hop === 'event').length;
    if ((page[0]?.sequence ?? 0) <= known + 1) break;
    if (events >= HISTORY) return { entries: found, isAll: false };
  }
  return { entries: found, isAll: true };
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

/** Of an entry in the journal. */
type Place = Pick<JournalEntry, 'at' | 'sequence'>;

/** An engine that was started again without its data has another journal: its stack was made later. */
function engineOf({ stack }: OnStack): string {
  return String(stack.createdAt ?? 0);
}

/** The place that a reading of the same engine gave; undefined for anything else. */
function placeIn(text: string | undefined, engine: string): Place | undefined {
  const [, at, sequence, known] = /^(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? [];
  return at === undefined || known !== engine ? undefined : { at: Number(at), sequence: Number(sequence) };
}
