import { keeps, REMOVAL_DECISIONS } from '../../../tools/checks/removal-decisions.ts';
import type { StageTemplate } from '../../../tools/stage-template.ts';

/** The resource's attributes that say what becomes of it; without them CloudFormation deletes it. */
const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'] as const;

/**
 * Lists resources without a decision, one line each: types without a decision, and resources that hold
 * something and leave it to CloudFormation's default what becomes of them.
 *
 * @param isStateful whether AWS counts a type among those that hold data
 */
export function findUndecidedRemovals(template: StageTemplate, isStateful: (type: string) => boolean): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const decision = REMOVAL_DECISIONS[resource.Type];
    const where = `${id} (${resource.Type})`;
    if (decision === undefined) {
      return [`${where}: has no removal decision; say what it holds in tools/checks/removal-decisions.ts`];
    }
    if (decision.holds === undefined) {
      return isStateful(resource.Type) ? [`${where}: is decided to be stateless, but AWS counts it as stateful`] : [];
    }
    return POLICIES.filter((policy) => resource[policy] === undefined).map(
      (policy) => `${where}: holds ${decision.holds}, and has no ${policy}`,
    );
  });
}

/** Says which resources of a stage that retains its data would still be deleted with what they hold, one line each. */
export function findDestroyedData(template: StageTemplate): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const { holds, isKept = () => true } = REMOVAL_DECISIONS[resource.Type] ?? {};
    if (holds === undefined || !isKept(resource)) return [];
    return POLICIES.filter((policy) => !keeps(resource[policy])).map(
      (policy) => `${id} (${resource.Type}): ${policy} ${resource[policy]} would delete ${holds}`,
    );
  });
}
