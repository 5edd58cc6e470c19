import { functionOf } from '../day/stage.ts';
import { drawMoment, type FaultKind } from './fault-kind.ts';

/** All environments of a function end at once, idle or busy, and the next invocation starts cold. */
export interface HostLost {
  readonly kind: 'host-lost';
  /** Such as `bucket-service`. */
  readonly service: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
}

export const hostLost: FaultKind<HostLost> = {
  weight: 2,
  draw: (random, { services }) => ({ kind: 'host-lost', service: random.pick(services), atMs: drawMoment(random) }),
  describe: ({ service, atMs }) => `${service} loses all its environments after ${atMs} ms`,
  arm: ({ service, atMs }, day) => {
    day.at(atMs, () => day.running.inside((engine) => void functionOf(engine, service).kill()));
  },
};
