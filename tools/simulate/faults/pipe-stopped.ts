import { commandPipe } from '../day/stage.ts';
import { drawMoment, type FaultKind } from './fault-kind.ts';

/** Someone stops a pipe, and starts it again. What is written meanwhile waits in the stream. */
export interface PipeStopped {
  readonly kind: 'pipe-stopped';
  /** @default 'registrations' */
  readonly pipe?: 'registrations' | 'deletions';
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  readonly forMs: number;
}

const HOUR_MS = 3_600_000;

/** Shorter than a retry, and up to longer than the pipe keeps trying, which is 22 hours; the stream keeps records for 24. */
const LENGTHS_MS = [20, 500, 5000, 60_000, HOUR_MS, 21 * HOUR_MS, 23 * HOUR_MS] as const;

/** As long as the last of them: the pipe gives up what was deleted meanwhile. */
export const DELETIONS_GIVEN_UP: PipeStopped = {
  kind: 'pipe-stopped',
  pipe: 'deletions',
  atMs: 1,
  forMs: 23 * HOUR_MS,
};

const STOPS = {
  registrations: LENGTHS_MS.map((forMs) => ({ forMs })),
  deletions: LENGTHS_MS.map((forMs) => ({ pipe: 'deletions', forMs }) as const),
};

export const pipeStopped: FaultKind<PipeStopped> = {
  weight: 5,
  draw: (random, { stage }) => ({
    kind: 'pipe-stopped',
    // Often from the beginning: then it starts again with many records, and puts several into a batch.
    atMs: random.chance(0.6) ? 1 : drawMoment(random),
    ...random.pick([...STOPS.registrations, ...(stage === 'leaving' ? STOPS.deletions : [])]),
  }),
  describe: ({ pipe = 'registrations', atMs, forMs }) =>
    `the pipe of ${pipe} is stopped after ${atMs} ms, for ${forMs} ms`,
  arm: ({ pipe = 'registrations', atMs, forMs }, day) => {
    day.at(atMs, () => void commandPipe(day, pipe, 'stop'));
    day.at(atMs + forMs, () => void commandPipe(day, pipe, 'start'));
  },
  milder: (fault) => (fault.forMs > 1000 ? { ...fault, forMs: Math.floor(fault.forMs / 10) } : undefined),
};
