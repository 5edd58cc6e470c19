import { createHash } from 'node:crypto';
import type { Plan } from '../day/plan.ts';
import type { Outcome } from './outcome.ts';

/** A promise that a schedule broke. */
export interface Violation {
  readonly what: string;
  /** @default - it concerns no user alone */
  readonly userId?: string;
}

/** A promise of the pipeline: returns how the outcome breaks it. */
export type Promised = (outcome: Outcome, plan: Plan) => readonly Violation[];

/** How a bucket's tags name its owner. */
export function ownerHash(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}
