import type { InitFate } from '../world/environment.ts';
import type { FaultKind } from './fault-kind.ts';

/** An environment of a function takes long to start, or cannot. */
export interface InitFailure {
  readonly kind: 'init';
  readonly what: keyof typeof FATES;
  /** Such as `bucket-service`. */
  readonly service: string;
  /** The first INIT that it concerns, over all environments of the service, from 1, and how many. */
  readonly nth: number;
  readonly times: number;
}

const FATES = {
  slow: { ms: 8000 },
  exit: { fails: 'Runtime.ExitError' },
  // INIT may take ten seconds. Source: Lambda developer guide, runtime environment lifecycle.
  timeout: { ms: 10_000, fails: 'Sandbox.Timedout' },
} as const satisfies Readonly<Record<string, InitFate>>;

/** Once, as when a service that it asks is away, or until someone mends it. */
const TIMES = [1, 1, 2, 8] as const;

export const initFailure: FaultKind<InitFailure> = {
  weight: 2,
  draw: (random, { services }) => ({
    kind: 'init',
    what: random.pick(Object.keys(FATES) as InitFailure['what'][]),
    service: random.pick(services),
    nth: random.between(1, 3),
    times: random.pick(TIMES),
  }),
  describe: ({ what, service, nth, times }) => `INIT ${nth} to ${nth + times - 1} of ${service}: ${what}`,
  arm: ({ what, service, nth, times }, { fates }) => {
    for (let n = nth; n < nth + times; n++) fates.strikeInit(service, n, FATES[what]);
  },
  milder: (fault) => (fault.times > 1 ? { ...fault, times: Math.floor(fault.times / 2) } : undefined),
};
