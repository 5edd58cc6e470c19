import { RESOURCE_TYPES } from './resource-types.ts';
import { isSame, physicalIdentity, type ResolvedResource, type ResolvedStack, worksTheSame } from './stack.ts';
import { TemplateError } from './template/template.ts';

/** What an update did to one resource. */
export interface StackChange {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly change: 'added' | 'changed' | 'removed';
}

export type Step =
  | { readonly action: 'create'; readonly resource: ResolvedResource }
  | { readonly action: 'update'; readonly resource: ResolvedResource; readonly before: ResolvedResource };

export interface UpdatePlan {
  /** Added and changed ones in order of reference, then removed ones in the reverse of it. */
  readonly changes: readonly StackChange[];
  /** What to make and change, in that order. Differences without effect here need no step. */
  readonly steps: readonly Step[];
  /** What to remove when everything else is done, in that order: resources that are gone, and those that were replaced. */
  readonly removals: readonly ResolvedResource[];
  /** What leaves its stack and stays. */
  readonly left: readonly ResolvedResource[];
}

/**
 * Plans what brings running stacks to what their templates say now: by logical id, from resolved properties. A resource
 * whose name changes is replaced, as CloudFormation does it: the new one is made first.
 * Source: CloudFormation user guide, update behaviors of stack resources.
 * @throws TemplateError for what a running engine cannot change
 */
export function planUpdate(running: readonly ResolvedStack[], wanted: readonly ResolvedStack[]): UpdatePlan {
  const before = byKey(running);
  const after = byKey(wanted);
  const changes: StackChange[] = [];
  const steps: Step[] = [];
  const replaced = new Set<string>();
  for (const [key, resource] of after) {
    const old = before.get(key);
    if (old === undefined) {
      changes.push(changeOf(resource, 'added'));
      steps.push({ action: 'create', resource });
      continue;
    }
    if (isSame(old, resource) && old.type === resource.type) continue;
    changes.push(changeOf(resource, 'changed'));
    if (old.type !== resource.type) {
      throw new TemplateError(resource.logicalId, `is now ${resource.type} and was ${old.type}; give it another id.`);
    }
    if (physicalIdentity(old) !== physicalIdentity(resource)) {
      checkIsChangeable(old, 'replaced');
      steps.push({ action: 'create', resource });
      replaced.add(key);
    } else if (!worksTheSame(old, resource)) {
      if (RESOURCE_TYPES.get(resource.type)?.update === undefined) checkIsChangeable(resource, 'changed');
      steps.push({ action: 'update', resource, before: old });
    }
  }
  const removals: ResolvedResource[] = [];
  const left: ResolvedResource[] = [];
  for (const [key, resource] of [...before].reverse()) {
    const isGone = !after.has(key);
    // What holds nothing that would be lost goes all the same: it may come back under its name, which on AWS is another.
    const stays = isGone && resource.isRetained && holdsState(resource);
    if (isGone && !stays) checkIsChangeable(resource, 'removed');
    if (isGone) changes.push(changeOf(resource, 'removed'));
    if (stays) left.push(resource);
    else if (isGone || replaced.has(key)) removals.push(resource);
  }
  checkNames([...before.values()], steps);
  const isActive = ({ type }: ResolvedResource) => RESOURCE_TYPES.has(type);
  const activeSteps = steps.filter(({ resource }) => isActive(resource));
  return { changes, steps: activeSteps, removals: removals.filter(isActive), left };
}

function byKey(stacks: readonly ResolvedStack[]): Map<string, ResolvedResource> {
  const resources = stacks.flatMap((stack) => stack.resources);
  return new Map(resources.map((resource) => [`${resource.stack}/${resource.logicalId}`, resource]));
}

function changeOf({ stack, logicalId, type }: ResolvedResource, change: StackChange['change']): StackChange {
  return { stack, logicalId, type, change };
}

/** Whether an update would lose what the resource holds. */
function holdsState({ type }: ResolvedResource): boolean {
  const known = RESOURCE_TYPES.get(type);
  return known !== undefined && (known.holdsState ?? known.update === undefined);
}

function checkIsChangeable(resource: ResolvedResource, change: string): void {
  if (!holdsState(resource)) return;
  const { logicalId, type } = resource;
  throw new TemplateError(
    logicalId,
    `is ${change}, and what it holds would be lost: a running engine can only add an ${type}. Stop it and start it again.`,
  );
}

/** A name belongs to one resource, also to one that is still to be removed: CloudFormation removes after it has made. */
function checkNames(running: readonly ResolvedResource[], steps: readonly Step[]): void {
  const owners = new Map(running.map((resource) => [physicalIdentity(resource), resource]));
  for (const { action, resource } of steps) {
    if (action !== 'create' || !RESOURCE_TYPES.has(resource.type)) continue;
    const owner = owners.get(physicalIdentity(resource));
    if (owner !== undefined) {
      const holder = `${owner.logicalId} of the stack ${owner.stack}`;
      throw new TemplateError(
        resource.logicalId,
        `takes the name ${resource.physicalName}, which ${holder} has already.`,
      );
    }
    owners.set(physicalIdentity(resource), resource);
  }
}
