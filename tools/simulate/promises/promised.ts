import type { Plan } from '../day/plan.ts';
import type { Outcome } from './outcome.ts';
import type { Violation } from './violation.ts';

/** A promise of the pipeline: returns how the outcome breaks it. */
export type Promised = (outcome: Outcome, plan: Plan) => readonly Violation[];
