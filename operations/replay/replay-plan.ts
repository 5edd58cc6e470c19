import { columns } from '../../cli/output/output.ts';
import { ARCHIVE_DELAY_MS, type EventArchive, LATE_EVENTS } from '../deployed/archive.ts';
import { count, numberText } from '../messages/display.ts';
import { formatDuration, formatTime, type Window } from '../time/time.ts';
import type { EventTimeline } from './event-timeline.ts';
import { type Receiver, typesText } from './receivers.ts';

/** What a replay would bring, before it is started. */
export interface ReplayPlan {
  readonly name: string;
  readonly window: Window;
  readonly archive: EventArchive;
  readonly receivers: readonly Receiver[];
  /** Events that each receiver's rule would get, by its ARN; a rule of which nothing is known is left out. */
  readonly byRuleArn: ReadonlyMap<string, number>;
  /** All events, where they can be counted; on AWS they cannot, and the numbers above are estimates. */
  readonly timeline?: EventTimeline;
}

/** Those who would get events. */
export function reached({ receivers }: ReplayPlan): Receiver[] {
  return receivers.filter(({ hindrance }) => hindrance === undefined);
}

/** Why nothing would come of a replay, in one line; undefined if something would. */
export function whyInVain(plan: ReplayPlan): string | undefined {
  if (reached(plan).length === 0) {
    const reasons = plan.receivers.map(
      ({ subscriber, hindrance }) => `${subscriber.name} gets none, since ${hindrance}`,
    );
    return `nothing to replay: ${reasons.join('; ')}`;
  }
  if (plan.timeline?.total !== 0) return undefined;
  const names = reached(plan).map(({ subscriber }) => subscriber.name);
  return `nothing to replay: the archive ${plan.archive.name} holds no event for ${names.join(', ')} from ${windowText(plan.window)}`;
}

/** For people. @param now milliseconds since the Unix epoch */
export function planText(plan: ReplayPlan, now: number): string {
  const { window, archive, receivers } = plan;
  const rows = receivers.map((receiver) => [receiver.subscriber.name, typesText(receiver), eventsText(plan, receiver)]);
  const length = formatDuration(window.to - window.from);
  return [
    `Replay of ${length}, from ${windowText(window)},`,
    `out of the archive ${archive.name}, which holds ${count(archive.events, 'event')} (${bytesText(archive.bytes)}) in all:\n`,
    columns([['SUBSCRIBER', 'TAKES', 'EVENTS'], ...rows]),
    ...notes(plan, now).map((note) => `${note}\n`),
  ].join('\n');
}

/** For machines, as the help of --json says. */
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

function eventsText({ byRuleArn, timeline }: ReplayPlan, { subscriber, hindrance }: Receiver): string {
  if (hindrance) return `none: ${hindrance}`;
  const events = byRuleArn.get(subscriber.ruleArn);
  if (events === undefined) return 'not known';
  return `${timeline ? '' : 'about '}${numberText(events)}`;
}

function notes({ timeline, window, archive }: ReplayPlan, now: number): string[] {
  const expired = now - archive.retentionDays * 86_400_000;
  return [
    ...(timeline
      ? []
      : [
          'AWS does not tell what is in an archive. The numbers are what the rules matched in that time, as CloudWatch counted\n' +
            'it: a rule that was made or changed since then would get more or fewer events.',
        ]),
    ...(timeline === undefined && now - window.to < ARCHIVE_DELAY_MS ? [LATE_EVENTS] : []),
    ...(archive.retentionDays > 0 && window.from < expired
      ? [`The archive keeps events for ${count(archive.retentionDays, 'day')}: earlier ones are gone.`]
      : []),
  ];
}

function windowText({ from, to }: Window): string {
  return `${formatTime(from)} to ${formatTime(to)}`;
}

function bytesText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const [unit, size] = bytes < 1_000_000 ? ['kB', 1000] : bytes < 1e9 ? ['MB', 1_000_000] : ['GB', 1e9];
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`;
}
