import { ARCHIVE_DELAY_MS, LATE_EVENTS, type ReplayStatus } from '../../../operations/deployed/archive.ts';
import { count, numberText } from '../../../operations/messages/display.ts';
import {
  type CountedEvents,
  type Receiver,
  type ReplayPlan,
  type ReplaySummary,
  replayText,
  typesText,
  windowText,
} from '../../../operations/replay/index.ts';
import { formatDuration, formatTime } from '../../../operations/time/time.ts';
import { columns } from '../../output/output.ts';

const DAY_MS = 86_400_000;

/** A plan, for people. @param now milliseconds since the Unix epoch */
export function planText(plan: ReplayPlan, now: number): string {
  const { window, archive, receivers } = plan;
  const rows = receivers.map((receiver) => [receiver.subscriber.name, typesText(receiver), eventsText(plan, receiver)]);
  const length = formatDuration(window.to - window.from);
  return [
    `Replay of ${length}, from ${windowText(window)},`,
    `from the archive ${archive.name}, which holds ${count(archive.events, 'event')} (${bytesText(archive.bytes)}) in all:\n`,
    columns([['SUBSCRIBER', 'TAKES', 'EVENTS'], ...rows]),
    ...planNotes(plan, now).map((note) => `${note}\n`),
  ].join('\n');
}

function eventsText({ byRuleArn, timeline }: ReplayPlan, { subscriber, hindrance }: Receiver): string {
  if (hindrance) return `none: ${hindrance}`;
  const events = byRuleArn.get(subscriber.ruleArn);
  if (events === undefined) return 'not known';
  return `${timeline ? '' : 'about '}${numberText(events)}`;
}

function planNotes({ timeline, window, archive }: ReplayPlan, now: number): string[] {
  const notes: string[] = [];
  if (timeline === undefined) {
    notes.push(
      'AWS does not say what is in an archive. The numbers are events that the rules matched in that time, as counted\n' +
        'by CloudWatch: a rule that was created or changed since then gets more or fewer.',
    );
    if (now - window.to < ARCHIVE_DELAY_MS) notes.push(LATE_EVENTS);
  }
  if (archive.retentionDays > 0 && window.from < now - archive.retentionDays * DAY_MS) {
    notes.push(`The archive keeps events for ${count(archive.retentionDays, 'day')}: earlier ones are gone.`);
  }
  return notes;
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const [unit, size] = bytes < 1_000_000 ? ['kB', 1000] : bytes < 1e9 ? ['MB', 1_000_000] : ['GB', 1e9];
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`;
}

/** A plan for `--json`. */
export function planJson({ name, window, archive, receivers, byRuleArn, timeline }: ReplayPlan): object {
  return {
    name,
    from: formatTime(window.from),
    to: formatTime(window.to),
    archive: archive.name,
    exact: timeline !== undefined,
    ...(timeline && { events: timeline.total }),
    receivers: receivers.map(({ subscriber, types, hindrance }) => ({
      subscriber: subscriber.name,
      ...(types && { types }),
      ...(hindrance ? { events: 0, hindrance } : { events: byRuleArn.get(subscriber.ruleArn) ?? null }),
    })),
  };
}

/** A summary, for people. @param commandOf a command of this CLI for the same pipeline */
export function summaryText(summary: ReplaySummary, commandOf: (words: string) => string): string {
  const { status, replayed, before, after } = summary;
  const earlier = new Map(before.map((depths) => [depths.subscriber, depths]));
  const rows = after.map(({ subscriber, waiting, deadLetters }) => [
    subscriber,
    changeText(earlier.get(subscriber)?.waiting, waiting),
    changeText(earlier.get(subscriber)?.deadLetters, deadLetters),
  ]);
  return [
    `${replayText(status, replayed.by === 'journal' ? replayed.events : undefined)}\n`,
    columns([['SUBSCRIBER', 'WAITING', 'DEAD LETTERS'], ...rows]),
    ...summaryNotes(summary, commandOf).map((note) => `${note}\n`),
  ].join('');
}

function changeText(before: number | undefined, after: number): string {
  const number = numberText(after);
  return before === undefined || before === after ? number : `${number} (before: ${numberText(before)})`;
}

function summaryNotes(
  { replayed, after, usersWithoutUri }: ReplaySummary,
  commandOf: (words: string) => string,
): string[] {
  return [
    ...countNotes(replayed),
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
  const sum = replayed.counts.reduce((total, { events = 0 }) => total + events, 0);
  return [
    'AWS does not say how many events were replayed. Since the start, CloudWatch has counted ' +
      (sum === 0
        ? `none for ${replayed.counts.map(({ subscriber }) => subscriber).join(', ')}: perhaps there was nothing to replay, or the count is some minutes late.`
        : `${counted.join(', ')}, new events included.`),
  ];
}

export function summaryJson({ status, replayed, before, after, usersWithoutUri }: ReplaySummary): object {
  return { ...statusJson(status), ...countJson(replayed), before, after, usersWithoutUri };
}

function countJson(replayed: CountedEvents): object {
  switch (replayed.by) {
    case 'journal':
      return { events: replayed.events };
    case 'CloudWatch':
      return { counted: replayed.counts.map(({ subscriber, events = null }) => ({ subscriber, events })) };
    case 'unknown':
      return {};
  }
}

/** A replay for `--json`. */
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

/** What is left after a replay, in one line; undefined if nothing is. Earlier dead letters do not count. */
export function replayProblem({ status, before, after }: ReplaySummary): string | undefined {
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
  return problems.length > 0 ? `${status.name} is complete, but events are left: ${problems.join('; ')}` : undefined;
}
