import type { Day } from '../day/day.ts';
import type { StageName } from '../stages/stages.ts';
import type { Random } from '../world/random.ts';

/** What can be planned about a day before its faults are. */
export interface Prospect {
  /** Who signs up, in order. */
  readonly userIds: readonly string[];
  readonly stage: StageName;
  /** Every subscriber of the stage, such as `bucket-service`. */
  readonly services: readonly string[];
  /** When they do. */
  readonly registrations: readonly { readonly userId: string; readonly atMs: number }[];
}

/** While users sign up, while SQS tries again for the first time, or for the last. */
const SPANS_MS = [5000, 5000, 70_000, 330_000] as const;

/** A moment of a day at which something may be under way, in milliseconds after its beginning. */
export function drawMoment(random: Random): number {
  return random.between(1, random.pick(SPANS_MS));
}

/** How long something is taken away: shorter than a retry, until SQS has tried for the last time, and longer. */
export const OUTAGES_MS = [1000, 30_000, 300_000, 1_800_000, 7_200_000] as const;

/**
 * A kind of fault. The fault itself is data: a seed decides it, a failing plan is made smaller by leaving some out, and a plan can be
 * kept as a test.
 */
export interface FaultKind<F extends { readonly kind: string }> {
  /** How often it is chosen, in proportion to the others. */
  readonly weight: number;
  /** Chooses one. Takes numbers from nothing but `random`. */
  draw(random: Random, prospect: Prospect): F;
  /** One line for people. */
  describe(fault: F): string;
  /** Makes it happen: called once, before the day begins. */
  arm(fault: F, day: Day): void;
  /** Whether it makes AWS deny an action, as IAM names it. @default - it makes AWS deny none */
  denies?(fault: F, action: string): boolean;
  /** The same fault with less effect, for a smaller plan. @default - there is none */
  milder?(fault: F): F | undefined;
}
