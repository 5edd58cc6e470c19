import { SeededRandom } from '../../support/durability/random.ts';

/** A command that is run, and perhaps killed, in the midst of the load. */
export type CommandName = 'register' | 'redrive' | 'reconcile' | 'replay' | 'replay-chosen' | 'events' | 'doctor';

/** Something bad, at a moment in seconds from the begin. */
export type Incident =
  /** The engine is killed, and started again. */
  | { readonly at: number; readonly kind: 'engine-killed' }
  /**
   * A process of a function is killed. `pick`, from 0 to below 1, says which; while no engine is killed, the oldest of each function
   * is spared, so that its memory shows what leaks.
   */
  | { readonly at: number; readonly kind: 'function-killed'; readonly pick: number; readonly sparesOldest: boolean }
  /** The queue of a subscriber refuses what rules send: events go to its dead-letter queue. */
  | { readonly at: number; readonly kind: 'queue-closed'; readonly subscriber: string; readonly seconds: number }
  /** An operator's mistake removes the URIs of users from the table. */
  | { readonly at: number; readonly kind: 'uris-lost'; readonly users: number };

/** One command of the list that is run one after the other, as long as the load lasts. */
export interface PlannedCommand {
  readonly name: CommandName;
  /** Seconds before it begins. */
  readonly pause: number;
  /** When each of its runs is killed, as a share of what the command took last; the run after the last kill ends by itself. */
  readonly kills: readonly number[];
  /** Decides which users it is about. */
  readonly pick: number;
}

export interface Plan {
  /** By time. */
  readonly incidents: readonly Incident[];
  readonly commands: readonly PlannedCommand[];
  /** Seconds in which no engine is killed, from and to: only an engine that lives long shows what leaks. */
  readonly quiet: { readonly from: number; readonly to: number };
}

/** The engine is killed in the first and the last part of the time, about so often in seconds. */
const ENGINE_KILL_EVERY = 70;
const QUIET = { from: 0.3, to: 0.7 };
const FUNCTION_KILL_EVERY = 10;
const LEAST_FUNCTION_KILLS = 5;
const QUEUE_CLOSED_EVERY = 120;
const URIS_LOST_EVERY = 180;

/** How often each command comes: those that read the whole table cost the most. */
const WEIGHTS: readonly (readonly [CommandName, number])[] = [
  ['register', 6],
  ['redrive', 5],
  ['replay', 3],
  ['replay-chosen', 2],
  ['reconcile', 2],
  ['events', 2],
  ['doctor', 1],
];

const SUBSCRIBERS = ['BucketService', 'UriRecorder'];

/** What happens in a soak: the same for the same seed and time. */
export function planOf({ minutes, seed }: { readonly minutes: number; readonly seed: number }): Plan {
  const random = new SeededRandom(seed);
  const seconds = minutes * 60;
  const share = () => random.wholeNumber(0, 999_999) / 1_000_000;
  const between = (from: number, to: number) => from + share() * (to - from);
  const times = (every: number, of: number, least = 1) =>
    Array.from({ length: Math.max(least, Math.round(of / every)) });
  const quiet = { from: QUIET.from * seconds, to: QUIET.to * seconds };
  const killedIn = (from: number, to: number) =>
    times(ENGINE_KILL_EVERY, to - from).map((): Incident => ({ at: between(from, to), kind: 'engine-killed' }));
  const incidents: Incident[] = [
    ...killedIn(0.02 * seconds, quiet.from),
    ...killedIn(quiet.to, 0.98 * seconds),
    ...times(FUNCTION_KILL_EVERY, seconds, LEAST_FUNCTION_KILLS).map((): Incident => {
      const at = between(0, seconds);
      return { at, kind: 'function-killed', pick: share(), sparesOldest: at >= quiet.from && at <= quiet.to };
    }),
    ...times(QUEUE_CLOSED_EVERY, seconds).map(
      (): Incident => ({
        at: between(0, 0.95 * seconds),
        kind: 'queue-closed',
        subscriber: SUBSCRIBERS[random.wholeNumber(0, SUBSCRIBERS.length - 1)] ?? '',
        seconds: between(0.5, 2),
      }),
    ),
    ...times(URIS_LOST_EVERY, seconds).map(
      (): Incident => ({ at: between(0.2 * seconds, seconds), kind: 'uris-lost', users: random.wholeNumber(5, 40) }),
    ),
  ];
  const longestPause = Math.min(8, seconds / 60);
  const commands = Array.from({ length: Math.ceil(seconds) }, (_, index): PlannedCommand => {
    const name = index < WEIGHTS.length ? (WEIGHTS[index]?.[0] ?? 'register') : chosen(random);
    const killed = Array.from({ length: random.wholeNumber(0, 2) }, () => between(0.1, 1));
    return { name, pause: between(0, longestPause), kills: killed, pick: share() };
  });
  return { incidents: incidents.sort((a, b) => a.at - b.at), commands, quiet };
}

function chosen(random: SeededRandom): CommandName {
  let left = random.wholeNumber(
    1,
    WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0),
  );
  for (const [name, weight] of WEIGHTS) {
    left -= weight;
    if (left <= 0) return name;
  }
  return 'register';
}
