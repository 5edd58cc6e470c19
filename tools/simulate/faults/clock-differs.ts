import { OPERATORS } from '../day/fates.ts';
import type { FaultKind } from './fault-kind.ts';

/** All day, the clock of a function, or of those who run commands, is not that of the services that they call. */
export interface ClockDiffers {
  readonly kind: 'clock-differs';
  /** Such as `bucket-service`, or all who run commands. */
  readonly who: string;
  /** Milliseconds ahead; less than 0 for behind. */
  readonly byMs: number;
}

/** Functions have clocks that AWS keeps; people have what their machines show. */
const OF_FUNCTION_MS = [-5000, -1500, 1500, 5000] as const;
const OF_OPERATORS_MS = [-1_200_000, -60_000, 60_000, 1_200_000] as const;

export const clockDiffers: FaultKind<ClockDiffers> = {
  weight: 2,
  draw: (random, { services }) =>
    random.chance(0.25)
      ? { kind: 'clock-differs', who: OPERATORS, byMs: random.pick(OF_OPERATORS_MS) }
      : { kind: 'clock-differs', who: random.pick(services), byMs: random.pick(OF_FUNCTION_MS) },
  describe: ({ who, byMs }) => `the clock of ${who} is ${Math.abs(byMs)} ms ${byMs < 0 ? 'behind' : 'ahead'}`,
  arm: ({ who, byMs }, { fates }) => fates.setClock(who, byMs),
  milder: (fault) => (Math.abs(fault.byMs) > 1000 ? { ...fault, byMs: Math.trunc(fault.byMs / 10) } : undefined),
};
