import { columns } from '../../cli/output/output.ts';
import type { SubscriberDepths } from '../deployed/queues.ts';
import type { ReplayStatus } from '../deployed/replays.ts';
import { count, display, numberText } from '../messages/display.ts';
import { formatDuration, formatTime } from '../time/time.ts';
import { eventsIn, type Replayed, replayedJson, replayedNotes } from './replayed.ts';

/** What a replay has brought about. */
export interface ReplaySummary {
  readonly status: ReplayStatus;
  readonly replayed: Replayed;
  readonly before: readonly SubscriberDepths[];
  readonly after: readonly SubscriberDepths[];
  readonly usersWithoutUri: number;
}

/** For people. @param commandOf a command of this CLI for the same pipeline, as one types it */
export function summaryText(summary: ReplaySummary, commandOf: (words: string) => string): string {
  const { status, replayed, before, after } = summary;
  const earlier = new Map(before.map((depths) => [depths.subscriber, depths]));
  const rows = after.map(({ subscriber, waiting, deadLetters }) => [
    subscriber,
    changeText(earlier.get(subscriber)?.waiting, waiting),
    changeText(earlier.get(subscriber)?.deadLetters, deadLetters),
  ]);
  return [
    `${progressText(status, eventsIn(replayed))}\n`,
    columns([['SUBSCRIBER', 'WAITING', 'DEAD LETTERS'], ...rows]),
    ...hints(summary, commandOf).map((hint) => `${hint}\n`),
  ].join('');
}

/**
 * How far a replay came, such as `pipeline-1: COMPLETED, 1,234 events in 3 s`.
 * @param events that a rule took, where that is known
 */
export function progressText(
  { name, state, reason, window, scannedTo, startedAt, endedAt }: ReplayStatus,
  events?: number,
): string {
  const took = startedAt !== undefined && endedAt !== undefined ? ` in ${formatDuration(endedAt - startedAt)}` : '';
  const scanned =
    scannedTo === undefined
      ? 'nothing scanned'
      : scannedTo >= window.to
        ? 'all of its time scanned'
        : `scanned up to ${formatTime(scannedTo)}`;
  const what = events === undefined ? scanned : count(events, 'event');
  return display`${name}: ${state}, ${what}${took}${reason === undefined ? '' : ` (${reason})`}`;
}

/** For machines, as the help of --json says. */
export function statusJson({ name, state, reason, window, scannedTo, startedAt, endedAt }: ReplayStatus): object {
  const time = (key: string, at: number | undefined) => (at === undefined ? {} : { [key]: formatTime(at) });
  return {
    name,
    state,
    ...(reason !== undefined && { reason }),
    from: formatTime(window.from),
    to: formatTime(window.to),
    ...time('scannedTo', scannedTo),
    ...time('startedAt', startedAt),
    ...time('endedAt', endedAt),
  };
}

export function summaryJson({ status, replayed, before, after, usersWithoutUri }: ReplaySummary): object {
  return { ...statusJson(status), ...replayedJson(replayed), before, after, usersWithoutUri };
}

/** The table of `--list`. */
export function replaysText(replays: readonly ReplayStatus[]): string {
  const time = (at: number | undefined) => (at === undefined ? '' : formatTime(at));
  const rows = replays.map(({ name, state, window, scannedTo, startedAt }) => [
    name,
    state,
    time(window.from),
    time(window.to),
    time(scannedTo),
    time(startedAt),
  ]);
  return columns([['NAME', 'STATE', 'FROM', 'TO', 'SCANNED UP TO', 'STARTED'], ...rows]);
}

function changeText(before: number | undefined, after: number): string {
  const number = numberText(after);
  return before === undefined || before === after ? number : `${number} (before: ${numberText(before)})`;
}

/** What is left after a replay, in one line; undefined if nothing is. Dead letters of before are not its doing. */
export function replayProblem({ status, before, after }: ReplaySummary): string | undefined {
  const earlier = new Map(before.map(({ subscriber, deadLetters }) => [subscriber, deadLetters]));
  const problems = after.flatMap(({ subscriber, waiting, deadLetters }) => {
    const more = deadLetters - (earlier.get(subscriber) ?? 0);
    return [
      ...(waiting > 0
        ? [`${count(waiting, 'event')} still ${waiting === 1 ? 'waits' : 'wait'} for ${subscriber}`]
        : []),
      ...(more > 0 ? [`${count(more, 'more dead letter')} of ${subscriber}`] : []),
    ];
  });
  return problems.length > 0 ? `${status.name} is replayed, but not worked off: ${problems.join('; ')}` : undefined;
}

function hints({ replayed, after, usersWithoutUri }: ReplaySummary, commandOf: (words: string) => string): string[] {
  return [
    ...replayedNotes(replayed),
    ...(after.some(({ waiting }) => waiting > 0) ? ['What waits is still worked off, or tried again.'] : []),
    ...(after.some(({ deadLetters }) => deadLetters > 0)
      ? [`Dead letters are shown by ${commandOf('dlq list')}.`]
      : []),
    usersWithoutUri === 0
      ? `Every user has a URI; whether all have their buckets, ${commandOf('reconcile')} tells.`
      : `${count(usersWithoutUri, 'user')} without URI: see ${commandOf('reconcile')}.`,
  ];
}
