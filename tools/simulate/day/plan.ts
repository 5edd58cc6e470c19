import { drawFault, type PlannedFault } from '../faults/index.ts';
import { drawStage, type StageName, servicesOf } from '../stages/stages.ts';
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
  /** @default 'plain' */
  readonly stage?: StageName;
  readonly registrations: readonly Registration[];
  readonly faults: readonly PlannedFault[];
}

/** Ids that make every kind of bucket name. */
const IDS = ['ada', '김민지', 'min.ji@example.com', '3f0c1a52-8f5e-4b67-9a55-2d1c8e4f7b90'] as const;

/** Users come one by one, or many at once: then they share batches and requests. */
const WITHIN_MS = [4000, 1000, 50] as const;

const MOST_FAULTS = 6;

/** @param users how many sign up */
export function planOf(seed: string, users: number): Plan {
  const random = new Random(`plan ${seed}`);
  const withinMs = random.pick(WITHIN_MS);
  const registrations = chosenIds(random, users)
    .map((userId) => ({ userId, atMs: random.below(withinMs) }))
    .sort((one, other) => one.atMs - other.atMs);
  const stage = drawStage(random);
  const userIds = registrations.map(({ userId }) => userId);
  const prospect = { stage, services: servicesOf(stage), userIds, registrations };
  const faults = Array.from({ length: random.between(0, MOST_FAULTS) }, () => drawFault(random, prospect));
  return { seed, stage, registrations, faults };
}

/** Different ids, of which some differ from the one before only in case. */
function chosenIds(random: Random, count: number): string[] {
  const ids: string[] = [];
  while (ids.length < count) {
    const id = `${random.pick(IDS)}${ids.length}`;
    ids.push(id);
    const alike = id.toUpperCase();
    if (ids.length < count && alike !== id && random.chance(0.3)) ids.push(alike);
  }
  return ids;
}
