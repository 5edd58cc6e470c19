import type { Random } from '../world/random.ts';

/** A stage that days run on. */
export interface Stage {
  /** Settings beside those of the stage `dev` of cdk.json. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Folders under `services/` and under `tools/simulate/subscribers/`. */
  readonly services: readonly string[];
  readonly subscribers: readonly string[];
  /** How often it is chosen, in proportion to the others. */
  readonly weight: number;
}

const OWN = ['bucket-service', 'uri-recorder'];

/**
 * The stages: as it is by default; with subscribers of which one skips replays, one has a condition, and both may be deployed with a
 * bug; and one where buckets of users who leave are retired.
 */
export const STAGES = {
  plain: { settings: {}, services: OWN, subscribers: [], weight: 7 },
  subscribers: { settings: {}, services: OWN, subscribers: ['directory', 'welcome-mail'], weight: 2 },
  leaving: {
    settings: { whenUserLeaves: 'empty-and-delete', emptyBucketAfterDays: 30, bucketNamePrefix: 'left' },
    services: [...OWN, 'bucket-restorer', 'bucket-retirer'],
    subscribers: [],
    weight: 2,
  },
} as const satisfies Readonly<Record<string, Stage>>;

export type StageName = keyof typeof STAGES;

/** By the name of their stage, the folders that synthesis wrote. */
export type Assemblies = Readonly<Record<StageName, string>>;

/** Chooses a stage. */
export function drawStage(random: Random): StageName {
  const names = Object.keys(STAGES) as StageName[];
  const total = names.reduce((sum, name) => sum + STAGES[name].weight, 0);
  let place = random.below(total);
  for (const name of names) {
    place -= STAGES[name].weight;
    if (place < 0) return name;
  }
  throw new Error('The weights of the stages do not add up.');
}

/** Every subscriber of a stage. */
export function servicesOf(name: StageName): readonly string[] {
  const { services, subscribers } = STAGES[name];
  return [...services, ...subscribers];
}

/** The source of a service's entry point, from the root of the project. See `cdk/leaving-users.ts`. */
export function handlerOf(name: StageName, service: string): string {
  const { services } = STAGES[name];
  if (!(services as readonly string[]).includes(service)) return `tools/simulate/subscribers/${service}/handler.ts`;
  const isOther = name === 'leaving' && service === 'bucket-service';
  return `services/${service}/${isOther ? 'handler-where-users-leave' : 'handler'}.ts`;
}
