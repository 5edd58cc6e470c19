import {
  DELETIONS_GIVEN_UP,
  drawFault,
  drawFaultOf,
  drawLastingError,
  drawReplayOfAll,
  type PlannedFault,
} from '../faults/index.ts';
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
const WITHIN_MS = [4000, 1000, 50, 50] as const;

const MOST_FAULTS = 8;

/** What a stage is there for: some of these happen on each of its days. */
const OCCASIONS: Readonly<Record<StageName, readonly PlannedFault['kind'][]>> = {
  plain: [],
  subscribers: ['buggy-deployment', 'command'],
  leaving: ['user-leaves'],
};

const MOST_OCCASIONS = 2;

/** How often operators who run commands find dead letters, besides those that come of other faults. */
const SHARE_OF_TROUBLE = 0.6;

/** How often the bus refuses some of the records that a pipe has when it is started again: then several are in a batch. */
const SHARE_OF_REFUSALS = 0.5;

/** How often the pipe of deletions gives some up: hardly any other fault brings it to that. */
const SHARE_OF_DELETIONS_GIVEN_UP = 0.2;

/** How often everything is replayed where users leave: hardly any other replay is about users who left. */
const SHARE_OF_REPLAYS = 0.4;

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
  const occasions = OCCASIONS[stage];
  for (let left = occasions.length > 0 ? random.between(1, MOST_OCCASIONS) : 0; left > 0; left--) {
    faults.push(drawFaultOf(random.pick(occasions), random, prospect));
  }
  const isTrouble = faults.some(({ kind }) => kind === 'command') && random.chance(SHARE_OF_TROUBLE);
  if (isTrouble) faults.push(drawLastingError(random, prospect));
  const isFull = faults.some(({ kind }) => kind === 'pipe-stopped') && random.chance(SHARE_OF_REFUSALS);
  if (isFull) faults.push(drawFaultOf('entry-refused', random, prospect));
  if (stage === 'leaving' && random.chance(SHARE_OF_DELETIONS_GIVEN_UP)) faults.push(DELETIONS_GIVEN_UP);
  if (stage === 'leaving' && random.chance(SHARE_OF_REPLAYS)) faults.push(drawReplayOfAll(random));
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
