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

/** A registration takes about that long. */
const BUSY_MS = 300;

export const hostLost: FaultKind<HostLost> = {
  weight: 2,
  draw: (random, { services, registrations }) => {
    const service = random.pick(services);
    // Often while the function works on somebody's event.
    const isBusy = random.chance(0.7);
    const atMs = isBusy ? random.pick(registrations).atMs + random.between(1, BUSY_MS) : drawMoment(random);
    return { kind: 'host-lost', service, atMs };
  },
  describe: ({ service, atMs }) => `${service} loses all its environments after ${atMs} ms`,
  arm: ({ service, atMs }, day) => {
    day.at(atMs, () => day.running.inside((engine) => void functionOf(engine, service).kill()));
  },
};
