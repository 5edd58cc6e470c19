import { drawFault, type PlannedFault } from '../faults/index.ts';
import { Random } from '../world/random.ts';

/** A sign-up. */
export interface Registration {
  readonly userId: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
}

/** All that a schedule does. A seed decides it, and it decides the run, together with the seed. */
export interface Plan {
  readonly seed: string;
  readonly registrations: readonly Registration[];
  readonly faults: readonly PlannedFault[];
}

/** Ids that make every kind of bucket name, and two that differ only in case. */
const IDS = ['ada', 'Ada', '김민지', 'min.ji@example.com', '3f0c1a52-8f5e-4b67-9a55-2d1c8e4f7b90'] as const;

const REGISTERED_WITHIN_MS = 4000;

const MOST_FAULTS = 6;

/** @param users how many sign up */
export function planOf(seed: string, users: number): Plan {
  const random = new Random(`plan ${seed}`);
  const registrations = Array.from({ length: users }, (_, index) => ({
    userId: `${random.pick(IDS)}${index}`,
    atMs: random.below(REGISTERED_WITHIN_MS),
  })).sort((one, other) => one.atMs - other.atMs);
  const prospect = { userIds: registrations.map(({ userId }) => userId) };
  const faults = Array.from({ length: random.between(0, MOST_FAULTS) }, () => drawFault(random, prospect));
  return { seed, registrations, faults };
}
