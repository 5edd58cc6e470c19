import { functionOf } from '../day/stage.ts';
import { drawMoment, type FaultKind } from './fault-kind.ts';

/** A subscriber is deployed with a bug, for which it fails for some users, and later with good code. */
export interface BuggyDeployment {
  readonly kind: 'buggy-deployment';
  /** One of those with a bug to have: see `subscribers/`. In other stages nothing happens. */
  readonly service: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  /** From there to the good deployment. */
  readonly lastsMs: number;
}

/** So that SQS tries again with the good code, or has given up. */
const LASTS_MS = [1000, 40_000, 200_000, 500_000];

export const buggyDeployment: FaultKind<BuggyDeployment> = {
  weight: 2,
  draw: (random) => ({
    kind: 'buggy-deployment',
    service: random.pick(['directory', 'welcome-mail']),
    atMs: random.chance(0.5) ? 1 : drawMoment(random),
    lastsMs: random.pick(LASTS_MS),
  }),
  describe: ({ service, atMs, lastsMs }) => `${atMs} ms: ${service} is deployed with a bug, for ${lastsMs} ms`,
  arm: ({ service, atMs, lastsMs }, day) => {
    if (!day.services.includes(service)) return;
    // Those that ran the code before are gone.
    const deploy = (isBuggy: boolean) => {
      if (isBuggy) day.buggy.add(service);
      else day.buggy.delete(service);
      // As a part of the engine: what starts in their place ends with it.
      day.running.inside((engine) => void functionOf(engine, service).kill());
    };
    day.at(atMs, () => deploy(true));
    day.at(atMs + lastsMs, () => deploy(false));
  },
};
