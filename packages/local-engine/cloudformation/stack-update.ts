import { isDeepStrictEqual } from 'node:util';
import { RESOURCE_TYPES } from './resource-types.ts';
import { exportsOf, type ResolvedResource, type ResolvedStack } from './stack.ts';
import { withoutInert } from './template/resource-type.ts';
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

interface UpdatePlan {
  /** Added and changed resources in order of reference, then removed ones in reverse order. */
  readonly changes: readonly StackChange[];
  /** What to create and update, in this order. Differences without an effect here need no step. */
  readonly steps: readonly Step[];
  /** What to remove after that, in this order: removed and replaced resources. */
  readonly removals: readonly ResolvedResource[];
  /** What its stack no longer has, but is kept. */
  readonly retained: readonly ResolvedResource[];
}

/**
 * Plans an update of running stacks: compares resolved properties by logical id. A resource whose name changes is replaced, as
 * CloudFormation does: the new one is created first.
 * Source: CloudFormation user guide, update behaviors of stack resources.
 * @throws TemplateError for a change that a running engine cannot make
 */
export function planUpdate(running: readonly ResolvedStack[], wanted: readonly ResolvedStack[]): UpdatePlan {
  checkExportsInUse(running, wanted);
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
      throw new TemplateError(
        resource.logicalId,
        `has the type ${resource.type} now and ${old.type} before. Give it another logical id.`,
      );
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
  const retained: ResolvedResource[] = [];
  for (const [key, resource] of [...before].reverse()) {
    const isGone = !after.has(key);
    // A resource without state is removed all the same: it may come back under its name, which would be another one on AWS.
    const stays = isGone && resource.isRetained && holdsState(resource);
    if (isGone && !stays) checkIsChangeable(resource, 'removed');
    if (isGone) changes.push(changeOf(resource, 'removed'));
    if (stays) retained.push(resource);
    else if (isGone || replaced.has(key)) removals.push(resource);
  }
  checkNames([...before.values()], steps);
  const isActive = ({ type }: ResolvedResource) => RESOURCE_TYPES.has(type);
  const activeSteps = steps.filter(({ resource }) => isActive(resource));
  return { changes, steps: activeSteps, removals: removals.filter(isActive), retained };
}

/** What distinguishes two resources of a type on AWS: their ARN, if they have one. */
function physicalIdentity({ type, identity }: ResolvedResource): string {
  return `${type} ${identity.attributes.Arn ?? identity.ref}`;
}

/** Whether two versions of a resource are equal. */
function isSame(before: ResolvedResource, after: ResolvedResource): boolean {
  return before.assetFolder === after.assetFolder && isDeepStrictEqual(before.properties, after.properties);
}

/** Whether the differences between two versions of a resource have no effect here. */
function worksTheSame(before: ResolvedResource, after: ResolvedResource): boolean {
  const shape = RESOURCE_TYPES.get(after.type)?.shape;
  if (shape === undefined) return true;
  const used = [before, after].map(({ properties }) => withoutInert(properties, shape));
  return before.assetFolder === after.assetFolder && isDeepStrictEqual(used[0], used[1]);
}

function byKey(stacks: readonly ResolvedStack[]): Map<string, ResolvedResource> {
  const resources = stacks.flatMap((stack) => stack.resources);
  return new Map(resources.map((resource) => [`${resource.stack}/${resource.logicalId}`, resource]));
}

function changeOf({ stack, logicalId, type }: ResolvedResource, change: StackChange['change']): StackChange {
  return { stack, logicalId, type, change };
}

/** Whether a replacement or removal would lose data. */
function holdsState({ type }: ResolvedResource): boolean {
  const known = RESOURCE_TYPES.get(type);
  return known !== undefined && (known.holdsState ?? known.update === undefined);
}

function checkIsChangeable(resource: ResolvedResource, change: string): void {
  if (!holdsState(resource)) return;
  const { logicalId, type } = resource;
  throw new TemplateError(
    logicalId,
    `is ${change}, and its data would be lost: a running engine can only add an ${type}. Stop the engine, and start it again.`,
  );
}

/** A name belongs to one resource, and to one that is removed later too: CloudFormation creates before it removes. */
function checkNames(running: readonly ResolvedResource[], steps: readonly Step[]): void {
  const owners = new Map(running.map((resource) => [physicalIdentity(resource), resource]));
  for (const { action, resource } of steps) {
    if (action !== 'create' || !RESOURCE_TYPES.has(resource.type)) continue;
    const owner = owners.get(physicalIdentity(resource));
    if (owner !== undefined) {
      const holder = `${owner.logicalId} of the stack ${owner.stack}`;
      throw new TemplateError(
        resource.logicalId,
        `has the name ${resource.physicalName}, which ${holder} already has.`,
      );
    }
    owners.set(physicalIdentity(resource), resource);
  }
}

/**
 * Refuses an update that removes or changes an export that a running stack imports, unless that stack goes too. On AWS the
 * importing stack must give up its import first, in an update of its own.
 * Source: CloudFormation user guide, Fn::ImportValue.
 * @throws TemplateError
 */
function checkExportsInUse(running: readonly ResolvedStack[], wanted: readonly ResolvedStack[]): void {
  const before = exportsOf(running);
  const after = exportsOf(wanted);
  const staying = new Set(wanted.map(({ name }) => name));
  for (const { name: user, imports } of running) {
    if (!staying.has(user)) continue;
    for (const exported of imports) {
      const old = before.get(exported);
      const now = after.get(exported);
      if (old === undefined || old.value === now?.value) continue;
      const what = now === undefined ? 'deleted' : 'updated';
      const advice = `Remove the import from ${user} first, in an update of its own.`;
      throw new TemplateError(old.stack, `Export ${exported} cannot be ${what} as it is in use by ${user}. ${advice}`);
    }
  }
}
