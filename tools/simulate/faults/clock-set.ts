import { drawMoment, type FaultKind } from './fault-kind.ts';

/** Someone sets the machine's clock, by which the engine and its functions date what they do; or the machine slept. Timers do not notice. */
export interface ClockSet {
  readonly kind: 'clock-set';
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  /** Milliseconds forward; less than 0 for back. */
  readonly byMs: number;
}

/** Forward as far as a machine sleeps, and back as far as its clock had been wrong. */
const STEPS_MS = [1000, 90_000, 900_000, 3_000_000, -1000, -30_000, -300_000] as const;

/** In all, so that a pipe which was stopped for 23 hours finds the records that the stream keeps for 24. */
const MOST_AHEAD_MS = 3_000_000;

export const clockSet: FaultKind<ClockSet> = {
  weight: 2,
  draw: (random) => ({ kind: 'clock-set', atMs: drawMoment(random), byMs: random.pick(STEPS_MS) }),
  describe: ({ atMs, byMs }) => `${atMs} ms: the clock is set ${Math.abs(byMs)} ms ${byMs < 0 ? 'back' : 'forward'}`,
  arm: ({ atMs, byMs }, { at, world }) => {
    at(atMs, () => {
      if (world.aheadMs + byMs <= MOST_AHEAD_MS) world.setClock(byMs);
    });
  },
  milder: (fault) => (Math.abs(fault.byMs) > 1000 ? { ...fault, byMs: Math.trunc(fault.byMs / 10) } : undefined),
};
