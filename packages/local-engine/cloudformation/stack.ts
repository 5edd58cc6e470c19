import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../core/account.ts';
import { ssmParameter } from '../ssm/index.ts';
import type { AssembledStack } from './assembly.ts';
import { checkOutline, checkResources } from './check-template.ts';
import { Exports, type Output, outputOf } from './exports.ts';
import { Identities, type Surroundings } from './identities.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { settleConditions } from './template/conditions.ts';
import { referencesIn, resolveImports, resolveIntrinsics } from './template/intrinsics.ts';
import { ParameterValues, SSM_VALUE, stackArn } from './template/parameters.ts';
import { type Identity, withoutInert } from './template/resource-type.ts';
import { type Template, TemplateError, type TemplateResource } from './template/template.ts';

/** A resource of a template, with its references resolved. */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalName: string;
  readonly identity: Identity;
  /** Resolved, except for a type without an effect here. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly assetFolder?: string;
  /** Whether it is kept when its stack no longer has it. */
  readonly isRetained: boolean;
}

/** A stack of a template, with its references resolved. */
export interface ResolvedStack {
  readonly name: string;
  readonly arn: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  readonly outputs: readonly Output[];
  /** Names of the exports that it imports. */
  readonly imports: readonly string[];
  /** In order of reference: each after the ones it refers to. */
  readonly resources: readonly ResolvedResource[];
  /** Unchanged, with its conditions. */
  readonly template: Template;
}

/** Source: CloudFormation template reference, DeletionPolicy. */
const RETAINING_POLICIES = new Set(['Retain', 'RetainExceptOnCreate']);

type Place = Omit<Surroundings, 'parameters' | 'exports' | 'outputs' | 'createdAt'>;

/**
 * Resolves stacks without creating anything. A stack sees the SSM parameters and the exports of the stacks before it.
 * @param createdAtOf when the stack of a name was created, in Unix epoch milliseconds
 * @throws TemplateError with the logical id, for anything that the engine does not know
 */
export function resolveStacks(
  stacks: readonly AssembledStack[],
  place: Place,
  createdAtOf: (stackName: string) => number,
): ResolvedStack[] {
  const parameters = new Map<string, string>();
  const exports = new Exports();
  const outputs = new Map<string, readonly Output[]>();
  return stacks.map((stack) => {
    const { values } = exports;
    const resolved = resolveStack(stack, {
      ...place,
      parameters,
      exports: values,
      outputs,
      createdAt: createdAtOf(stack.name),
    });
    exports.add(resolved);
    outputs.set(resolved.name, resolved.outputs);
    for (const { type, identity } of resolved.resources) {
      if (type === ssmParameter.type) parameters.set(identity.ref, identity.attributes.Value ?? '');
    }
    return resolved;
  });
}

function resolveStack(written: AssembledStack, surroundings: Surroundings): ResolvedStack {
  const { name } = written;
  checkOutline(name, written.template);
  const values = new ParameterValues(name, written.template, surroundings);
  const template = settleConditions(name, written.template, values);
  checkResources(template);
  const stack = { ...written, template };
  const identities = new Identities(stack, surroundings);
  for (const [parameter, { Type, Default }] of Object.entries(template.Parameters ?? {})) {
    // Every default template asks for the version of the CDK's bootstrap stack, which is not needed here.
    if (Type === SSM_VALUE && !String(Default).startsWith('/cdk-bootstrap/')) identities.ref(parameter);
  }
  const resources = inOrderOfReference(template.Resources).map((id) =>
    resolveResource(id, stack, identities, surroundings.account),
  );
  const outputs = Object.entries(template.Outputs ?? {}).map(([key, output]) =>
    outputOf(key, output, identities, values),
  );
  const arn = stackArn(surroundings.account, name);
  const { createdAt } = surroundings;
  return { name, arn, createdAt, outputs, imports: identities.imports, resources, template: written.template };
}

function resolveResource(
  logicalId: string,
  stack: AssembledStack,
  identities: Identities,
  account: Account,
): ResolvedResource {
  const { Type, Properties = {}, DeletionPolicy } = stack.template.Resources[logicalId] as TemplateResource;
  const type = RESOURCE_TYPES.get(Type);
  const properties = type
    ? (resolveIntrinsics(Properties, identities, logicalId) as Record<string, unknown>)
    : resolveImports(Properties, identities, logicalId);
  try {
    type?.check?.(properties, account);
  } catch (cause) {
    throw new TemplateError(logicalId, (cause as Error).message, { cause });
  }
  const assetKey = type?.assetKey?.(properties);
  const assetFolder = assetKey === undefined ? undefined : stack.assetFolder(assetKey);
  return {
    stack: stack.name,
    logicalId,
    type: Type,
    physicalName: identities.physicalName(logicalId, { Type, Properties }),
    identity: identities.of(logicalId),
    properties,
    ...(assetFolder !== undefined && { assetFolder }),
    isRetained: RETAINING_POLICIES.has(String(DeletionPolicy)),
  };
}

/** What distinguishes two resources of a type on AWS: their ARN, if they have one. */
export function physicalIdentity({ type, identity }: ResolvedResource): string {
  return `${type} ${identity.attributes.Arn ?? identity.ref}`;
}

/** Whether two versions of a resource are equal. */
export function isSame(before: ResolvedResource, after: ResolvedResource): boolean {
  return before.assetFolder === after.assetFolder && isDeepStrictEqual(before.properties, after.properties);
}

/** Whether the differences between two versions of a resource have no effect here. */
export function worksTheSame(before: ResolvedResource, after: ResolvedResource): boolean {
  const shape = RESOURCE_TYPES.get(after.type)?.shape;
  if (shape === undefined) return true;
  const used = [before, after].map(({ properties }) => withoutInert(properties, shape));
  return before.assetFolder === after.assetFolder && isDeepStrictEqual(used[0], used[1]);
}

/** Logical ids, each after the ones that it refers to or depends on. */
function inOrderOfReference(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const ordered = new Set<string>();
  const visiting = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (resource === undefined || ordered.has(logicalId)) return;
    if (visiting.has(logicalId)) {
      const path = [...visiting];
      const circle = path.slice(path.indexOf(logicalId)).join(', ');
      throw new TemplateError(
        logicalId,
        `is part of a circular reference. Circular dependency between resources: [${circle}]`,
      );
    }
    visiting.add(logicalId);
    const { DependsOn = [], Properties } = resource;
    // A resource whose condition is false is no longer among them.
    for (const needed of [...referencesIn(Properties), ...[DependsOn].flat()]) visit(needed);
    visiting.delete(logicalId);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}
