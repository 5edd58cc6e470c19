import type { Strike } from '../day/fates.ts';
import type { FaultKind } from './fault-kind.ts';

/** What happens to one call of a service on its way. */
export interface OnTheWay {
  readonly kind: 'on-the-way';
  readonly what: keyof typeof STRIKES;
  /** Such as `bucket-service`. */
  readonly service: string;
  /** Which of its calls, over all operations and environments, from 1. */
  readonly nth: number;
}

/** Longer than a client waits for an answer, shorter than a function may take. */
const SLOW_MS = 3500;

const STRIKES = {
  'kill-before': { dies: { when: 'before', errorType: 'Runtime.ExitError' } },
  'kill-after': { dies: { when: 'after', errorType: 'Runtime.OutOfMemory' } },
  'timeout-before': { hangs: 'before' },
  'timeout-after': { hangs: 'after' },
  'reset-before': { breaks: 'before' },
  'reset-after': { breaks: 'after' },
  'no-answer': { breaks: 'silence' },
  slow: { backMs: SLOW_MS },
} as const satisfies Readonly<Record<string, Strike>>;

export const onTheWay: FaultKind<OnTheWay> = {
  weight: 8,
  draw: (random, { userIds, services }) => ({
    kind: 'on-the-way',
    what: random.pick(Object.keys(STRIKES) as OnTheWay['what'][]),
    service: random.pick(services),
    // A registration takes some three calls; what is struck later finds nothing to strike.
    nth: random.between(1, userIds.length * 3),
  }),
  describe: ({ what, nth, service }) => `${what} at call ${nth} of ${service}`,
  arm: ({ what, service, nth }, { fates }) => fates.strike(service, nth, STRIKES[what]),
};
