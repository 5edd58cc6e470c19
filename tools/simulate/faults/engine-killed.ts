import type { Day } from '../day/day.ts';
import { drawMoment, type FaultKind } from './fault-kind.ts';

/** The engine is killed with its functions, and started again on its data folder. */
export interface EngineKilled {
  readonly kind: 'engine-killed';
  /** Milliseconds after the beginning; or in the moment in which it has answered that many calls, whoever makes them. */
  readonly at: { readonly ms: number } | { readonly answers: number };
  readonly forMs: number;
}

/** A registration takes some six calls. */
const CALLS_OF_USER = 6;

export const engineKilled: FaultKind<EngineKilled> = {
  weight: 1,
  draw: (random, { userIds }) => ({
    kind: 'engine-killed',
    at: random.chance(0.5)
      ? { ms: drawMoment(random) }
      : { answers: random.between(1, userIds.length * CALLS_OF_USER) },
    forMs: random.pick([1, 500, 20_000, 900_000]),
  }),
  describe: ({ at, forMs }) =>
    `the engine is killed after ${'ms' in at ? `${at.ms} ms` : `${at.answers} answers`}, and started again ${forMs} ms later`,
  arm: ({ at, forMs }, day) => {
    if ('ms' in at) day.at(at.ms, () => killFor(forMs, day));
    else day.atEndOfFaults(day.running.onAnswer(at.answers, () => killFor(forMs, day)));
  },
};

function killFor(ms: number, { running, world }: Day): void {
  running.kill();
  world.after(ms, () => void running.startAgain());
}
