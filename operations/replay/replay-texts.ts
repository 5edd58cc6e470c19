import { ARCHIVE_DELAY_MS, LATE_EVENTS } from '../deployed/archive.ts';
import { count, numberText } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import type { CountedEvents, ReplaySummary } from './outcome.ts';
import { type Receiver, type ReplayPlan, windowText } from './plan.ts';

/** What people read about a replay: the command and the console say the same. */

const DAY_MS = 86_400_000;

/** Which events a plan is about, in two lines. */
export function planHeading({ window, archive }: Pick<ReplayPlan, 'window' | 'archive'>): readonly [string, string] {
  return [
    `Replay of ${formatDuration(window.to - window.from)}, from ${windowText(window)},`,
    `from the archive ${archive.name}, which holds ${count(archive.events, 'event')} (${bytesText(archive.bytes)}) in all:`,
  ];
}

/** How many events a chosen subscriber gets, or why it gets none. */
export function eventsText({ byRuleArn, timeline }: ReplayPlan, { subscriber, hindrance }: Receiver): string {
  if (hindrance) return `none: ${hindrance}`;
  const events = byRuleArn.get(subscriber.ruleArn);
  if (events === undefined) return 'not known';
  return `${timeline ? '' : 'about '}${numberText(events)}`;
}

/** What to know about the numbers of a plan, and what may be missing. @param now milliseconds since the Unix epoch */
export function planNotes({ timeline, window, archive }: ReplayPlan, now: number): string[] {
  const notes: string[] = [];
  if (timeline === undefined) {
    notes.push(
      'AWS does not say what is in an archive. The numbers are events that the rules matched in that time, as counted\n' +
        'by CloudWatch: a rule that was created or changed since then gets more or fewer.',
    );
    if (now - window.to < ARCHIVE_DELAY_MS) notes.push(LATE_EVENTS);
  }
  return [...notes, ...retentionNotes({ window, archive }, now)];
}

/** What is missing of a window, because the archive does not keep it so long. @param now milliseconds since the Unix epoch */
export function retentionNotes({ window, archive }: Pick<ReplayPlan, 'window' | 'archive'>, now: number): string[] {
  const { retentionDays } = archive;
  if (retentionDays === 0 || window.from >= now - retentionDays * DAY_MS) return [];
  return [`The archive keeps events for ${count(retentionDays, 'day')}: earlier ones are gone.`];
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const [unit, size] = bytes < 1_000_000 ? ['kB', 1000] : bytes < 1e9 ? ['MB', 1_000_000] : ['GB', 1e9];
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`;
}

/** The queues of a subscriber after a replay, in words. */
export interface QueuesText {
  readonly subscriber: string;
  /** Such as `0`, or `3 (before: 0)`. */
  readonly waiting: string;
  readonly deadLetters: string;
}

/** What the queues of each subscriber hold after a replay, and held before. */
export function queuesTexts({ before, after }: Pick<ReplaySummary, 'before' | 'after'>): QueuesText[] {
  const earlier = new Map(before.map((depths) => [depths.subscriber, depths]));
  return after.map(({ subscriber, waiting, deadLetters }) => ({
    subscriber,
    waiting: changeText(earlier.get(subscriber)?.waiting, waiting),
    deadLetters: changeText(earlier.get(subscriber)?.deadLetters, deadLetters),
  }));
}

function changeText(before: number | undefined, after: number): string {
  const number = numberText(after);
  return before === undefined || before === after ? number : `${number} (before: ${numberText(before)})`;
}

/**
 * What to know about the result of a replay, and what to do next.
 * @param commandOf a command of this CLI for the same pipeline
 */
export function summaryNotes({ replayed, ...left }: ReplaySummary, commandOf: (words: string) => string): string[] {
  return [...countNotes(replayed), ...leftNotes(left, commandOf)];
}

/** What to do next, by what is left after events were sent. @param commandOf a command of this CLI for the same pipeline */
export function leftNotes(
  { after, usersWithoutUri }: Pick<ReplaySummary, 'after' | 'usersWithoutUri'>,
  commandOf: (words: string) => string,
): string[] {
  return [
    ...(after.some(({ waiting }) => waiting > 0) ? ['Waiting events will still be processed, or retried.'] : []),
    ...(after.some(({ deadLetters }) => deadLetters > 0) ? [`${commandOf('dlq list')} shows the dead letters.`] : []),
    usersWithoutUri === 0
      ? `Every user has a URI; ${commandOf('reconcile')} checks their buckets.`
      : `${count(usersWithoutUri, 'user')} without URI: see ${commandOf('reconcile')}.`,
  ];
}

/** What to know about a number that is not certain. */
function countNotes(replayed: CountedEvents): string[] {
  if (replayed.by !== 'CloudWatch') return [];
  const counted = replayed.counts.map(({ subscriber, events = 0 }) => `${count(events, 'event')} for ${subscriber}`);
  const areNone = replayed.counts.every(({ events = 0 }) => events === 0);
  return [
    'AWS does not say how many events were replayed. Since the start, CloudWatch has counted ' +
      (areNone
        ? `none for ${replayed.counts.map(({ subscriber }) => subscriber).join(', ')}: perhaps there was nothing to replay, or the count is some minutes late.`
        : `${counted.join(', ')}, new events included.`),
  ];
}

/** What is left after a replay, in one line; undefined if nothing is. Earlier dead letters do not count. */
export function replayProblem({ status, before, after }: ReplaySummary): string | undefined {
  return leftText(`${status.name} is complete`, { before, after });
}

/**
 * What is left of events that subscribers got, in one line; undefined if nothing is.
 * @param what such as `again is complete`
 */
export function leftText(what: string, { before, after }: Pick<ReplaySummary, 'before' | 'after'>): string | undefined {
  const earlier = new Map(before.map(({ subscriber, deadLetters }) => [subscriber, deadLetters]));
  const problems = after.flatMap(({ subscriber, waiting, deadLetters }) => {
    const more = deadLetters - (earlier.get(subscriber) ?? 0);
    return [
      ...(waiting > 0
        ? [`${count(waiting, 'event')} still ${waiting === 1 ? 'waits' : 'wait'} for ${subscriber}`]
        : []),
      ...(more > 0 ? [`${count(more, 'new dead letter')} of ${subscriber}`] : []),
    ];
  });
  return problems.length > 0 ? `${what}, but events are left: ${problems.join('; ')}` : undefined;
}
