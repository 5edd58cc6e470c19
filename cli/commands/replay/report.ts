import type { ReplayStatus } from '../../../operations/deployed/archive.ts';
import {
  type CountedEvents,
  eventsText,
  planHeading,
  planNotes,
  queuesTexts,
  type ReplayPlan,
  type ReplaySummary,
  replayText,
  summaryNotes,
  typesText,
} from '../../../operations/replay/index.ts';
import { formatTime } from '../../../operations/time/time.ts';
import { columns } from '../../output/output.ts';

/** A plan, for people. @param now milliseconds since the Unix epoch */
export function planText(plan: ReplayPlan, now: number): string {
  const rows = plan.receivers.map((receiver) => [
    receiver.subscriber.name,
    typesText(receiver),
    eventsText(plan, receiver),
  ]);
  return [
    ...planHeading(plan),
    '',
    columns([['SUBSCRIBER', 'TAKES', 'EVENTS'], ...rows]),
    ...planNotes(plan, now).map((note) => `${note}\n`),
  ].join('\n');
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
    receivers: receivers.map(({ subscriber, types, condition, hindrance }) => ({
      subscriber: subscriber.name,
      ...(types && { types }),
      ...(condition !== undefined && { where: condition }),
      ...(hindrance ? { events: 0, hindrance } : { events: byRuleArn.get(subscriber.ruleArn) ?? null }),
    })),
  };
}

/** A summary, for people. @param commandOf a command of this CLI for the same pipeline */
export function summaryText(summary: ReplaySummary, commandOf: (words: string) => string): string {
  const { status, replayed } = summary;
  const rows = queuesTexts(summary).map(({ subscriber, waiting, deadLetters }) => [subscriber, waiting, deadLetters]);
  return [
    `${replayText(status, replayed.by === 'journal' ? replayed.events : undefined)}\n`,
    columns([['SUBSCRIBER', 'WAITING', 'DEAD LETTERS'], ...rows]),
    ...summaryNotes(summary, commandOf).map((note) => `${note}\n`),
  ].join('');
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
