import type { Account } from '../core/account.ts';
import { ssmParameter } from '../ssm/index.ts';
import type { AssembledStack } from './assembly.ts';
import { checkProperties } from './check-properties.ts';
import { checkOutline, checkResources } from './check-template.ts';
import { type Exporting, Identities, type Output, type Surroundings } from './identities.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { settleConditions } from './template/conditions.ts';
import { type References, referencesIn, resolveImports, resolveIntrinsics } from './template/intrinsics.ts';
import { ParameterValues, SSM_VALUE, stackArn } from './template/parameters.ts';
import type { Identity } from './template/resource-type.ts';
import { type Template, TemplateError, type TemplateOutput, type TemplateResource } from './template/template.ts';

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

/**
 * Resolves stacks without creating anything. A stack sees the SSM parameters and the exports of the stacks before it.
 * @param createdAtOf when the stack of a name was created, in Unix epoch milliseconds
 * @throws TemplateError with the logical id, for anything that the engine does not know
 */
export function resolveStacks(
  stacks: readonly AssembledStack[],
  place: Pick<Surroundings, 'account' | 'endpoint'>,
  createdAtOf: (stackName: string) => number,
): ResolvedStack[] {
  const parameters = new Map<string, string>();
  const earlier: ResolvedStack[] = [];
  for (const stack of stacks) {
    const resolved = resolveOnce(stack, { ...place, parameters, earlier, createdAt: createdAtOf(stack.name) });
    checkExports(resolved, earlier);
    earlier.push(resolved);
    for (const { type, identity } of resolved.resources) {
      if (type === ssmParameter.type) parameters.set(identity.ref, identity.attributes.Value ?? '');
    }
  }
  return earlier;
}

/** What was resolved last of each stack, and of which surroundings. Folders that are read again give new ones. */
const lastResolved = new WeakMap<AssembledStack, { readonly of: string; readonly resolved: ResolvedStack }>();

/** As {@link resolveStack}. The result is shared, and frozen. */
function resolveOnce(stack: AssembledStack, surroundings: Surroundings): ResolvedStack {
  const { account, endpoint, createdAt, parameters, earlier } = surroundings;
  const exporting = earlier.map(({ name, outputs }) => ({ name, outputs }));
  const of = JSON.stringify([account, endpoint, createdAt, [...parameters], exporting]);
  const last = lastResolved.get(stack);
  if (last?.of === of) return last.resolved;
  const resolved = deepFreeze(resolveStack(stack, surroundings));
  lastResolved.set(stack, { of, resolved });
  return resolved;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
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
  if (type) checkProperties(logicalId, properties, type);
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

/** Source: CloudFormation user guide, Outputs section, Export. */
const EXPORT_NAME = /^[A-Za-z0-9:-]{1,255}$/;

/** @throws TemplateError for a value that is not text, and for an invalid export name */
function outputOf(
  key: string,
  { Value, Description, Export }: TemplateOutput,
  references: References,
  parameters: ParameterValues,
): Output {
  const owner = `output ${key}`;
  const value = resolveIntrinsics(Value, references, owner);
  if (typeof value === 'object' || value === undefined) {
    throw new TemplateError(owner, 'Template format error: The Value field of every Outputs member must be a String.');
  }
  // The name must not come from a resource.
  const plain = { ref: (name: string) => parameters.ref(name), attribute: () => undefined };
  const name = Export && String(resolveIntrinsics(Export.Name, plain, `export of ${owner}`));
  if (name !== undefined && !EXPORT_NAME.test(name)) {
    throw new TemplateError(
      owner,
      `exports the name ${name}; it must have 1 to 255 letters, digits, colons and hyphens.`,
    );
  }
  return {
    key,
    value: String(value),
    ...(Description !== undefined && { description: Description }),
    ...(name !== undefined && { exportName: name }),
  };
}

/** Each name is exported once in an account and Region. @throws TemplateError for a name that is exported already */
function checkExports({ name, outputs }: Exporting, earlier: readonly Exporting[]): void {
  const exported = exportsOf(earlier);
  for (const { key, value, exportName } of outputs) {
    if (exportName === undefined) continue;
    const owner = exported.get(exportName)?.stack;
    if (owner !== undefined) {
      throw new TemplateError(`output ${key}`, `Export with name ${exportName} is already exported by stack ${owner}.`);
    }
    exported.set(exportName, { stack: name, value });
  }
}

/** The exports of these stacks, by name. */
export function exportsOf(stacks: readonly Exporting[]) {
  const exported = stacks.flatMap(({ name: stack, outputs }) =>
    outputs.flatMap(({ exportName, value }) =>
      exportName === undefined ? [] : [[exportName, { stack, value }] as const],
    ),
  );
  return new Map(exported);
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
