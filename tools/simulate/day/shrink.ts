import { milderFault } from '../faults/index.ts';
import type { Plan } from './plan.ts';

/**
 * The least that still fails: leaves out faults, then users, one after the other, as long as the rest fails without it.
 * @param fails runs a plan
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let least = plan;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerThan(least)) {
      if (!(await fails(smaller))) continue;
      least = smaller;
      isSmaller = true;
      break;
    }
  }
  return least;
}

function* smallerThan(plan: Plan): Generator<Plan> {
  for (const [place, fault] of plan.faults.entries()) {
    yield { ...plan, faults: plan.faults.toSpliced(place, 1) };
    const milder = milderFault(fault);
    if (milder !== undefined) yield { ...plan, faults: plan.faults.with(place, milder) };
  }
  for (const place of plan.registrations.keys()) {
    if (plan.registrations.length > 1) yield { ...plan, registrations: plan.registrations.toSpliced(place, 1) };
  }
}
