import { count } from '../messages/display.ts';

/**
 * What is known of how many events a replay has given to its receivers. AWS does not say so: how far it has scanned a window is no
 * sign that there was an event in it.
 */
export type Replayed =
  /** As the local engine's journal has it. */
  | { readonly by: 'journal'; readonly events: number }
  /** What CloudWatch has counted at each receiver's rule since the replay started, events that came meanwhile among them. */
  | { readonly by: 'CloudWatch'; readonly counts: readonly RuleCount[] }
  | { readonly by: 'unknown' };

export interface RuleCount {
  readonly subscriber: string;
  /** @default - CloudWatch has no data of it yet */
  readonly events?: number;
}

/** The number of events, where it is certain. */
export function eventsIn(replayed: Replayed): number | undefined {
  return replayed.by === 'journal' ? replayed.events : undefined;
}

/** What a person must know of a number that is not certain. */
export function replayedNotes(replayed: Replayed): string[] {
  if (replayed.by !== 'CloudWatch') return [];
  const counted = replayed.counts.map(({ subscriber, events = 0 }) => `${count(events, 'event')} for ${subscriber}`);
  const sum = replayed.counts.reduce((total, { events = 0 }) => total + events, 0);
  return [
    'AWS does not say how many events were replayed. Since the start, CloudWatch has counted ' +
      (sum === 0
        ? `none for ${replayed.counts.map(({ subscriber }) => subscriber).join(', ')}: perhaps there was nothing to replay. It may count minutes late.`
        : `${counted.join(', ')}, those that came meanwhile among them.`),
  ];
}

/** For machines, as the help of --json says. */
export function replayedJson(replayed: Replayed): object {
  switch (replayed.by) {
    case 'journal':
      return { events: replayed.events };
    case 'CloudWatch':
      return { counted: replayed.counts.map(({ subscriber, events = null }) => ({ subscriber, events })) };
    case 'unknown':
      return {};
  }
}
