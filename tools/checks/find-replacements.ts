import { isDeepStrictEqual } from 'node:util';
import type { StageTemplate } from '../stage-template.ts';
import { type ReleasedResource, type ReleasedResources, releasedResources } from './released-resources.ts';
import { keeps, REMOVAL_DECISIONS } from './removal-decisions.ts';
import type { Specification } from './specification.ts';

/**
 * Says which deployed resources a deployment of this template would remove or replace, why, and what becomes of what
 * they hold: one line each. Resources that are new are none of them.
 *
 * When a logical id is gone, CloudFormation follows the DeletionPolicy of the template that was deployed; when it
 * replaces a resource, the UpdateReplacePolicy of the one that is being deployed (CloudFormation user guide).
 */
export function findReplacements(
  released: ReleasedResources,
  template: StageTemplate,
  specification: Specification,
): string[] {
  const current = releasedResources(template, specification);
  return Object.entries(released).flatMap(([id, before]) => {
    const now = current[id];
    const where = `${id} (${before.type})`;
    if (now === undefined) return [`${where} would be removed. ${fate(before, before.deletionPolicy)}`];
    if (now.type !== before.type) {
      const change = `it is a ${now.type} now, and CloudFormation refuses another type under the same logical id`;
      return [`${where} would not deploy: ${change}. ${fate(before, before.deletionPolicy)}`];
    }
    const changes = describeChanges(before.fixed, now.fixed);
    if (changes.length === 0) return [];
    const policy = template.Resources[id]?.UpdateReplacePolicy;
    return [`${where} would be replaced, since ${changes.join(', and ')}. ${fate(before, policy)}`];
  });
}

function describeChanges(before: ReleasedResource['fixed'], now: ReleasedResource['fixed']): string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return paths
    .filter((path) => !isDeepStrictEqual(before[path], now[path]))
    .map((path) => `${path} was ${written(before[path])} and is ${written(now[path])}`);
}

function written(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}

/** What becomes of what a resource holds. */
function fate({ type }: ReleasedResource, policy: string | undefined): string {
  const { holds } = REMOVAL_DECISIONS[type] ?? {};
  if (holds === undefined) return 'Nothing is lost with it.';
  if (keeps(policy)) return `Left behind in the account, where nothing uses it any more: ${holds}.`;
  return `Deleted with it: ${holds}.`;
}
