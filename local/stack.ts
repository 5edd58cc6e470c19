import type { AssembledStack, TemplateResource } from './assembly.ts';
import { Identities, stackArn } from './identities.ts';
import { referencesIn, resolveIntrinsics } from './intrinsics.ts';
import { RESOURCE_TYPES } from './resources/registry.ts';
import type { Services } from './services.ts';
import { checkTemplate } from './template-check.ts';
import { TemplateError } from './template-error.ts';

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
}

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** A stack that runs: what DescribeStacks and its resources tell of it. */
export interface DeployedStack {
  readonly name: string;
  readonly arn: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  readonly outputs: readonly Output[];
  readonly resources: readonly StackResource[];
}

/**
 * Makes every resource of a synthesized stack, each after those that it refers to.
 * @throws TemplateError for anything that the engine does not know, by logical id
 */
export async function deployStack(stack: AssembledStack, services: Services): Promise<DeployedStack> {
  const { template, name } = stack;
  const resources = Object.entries(template.Resources);
  checkTemplate(name, template);
  const createdAt = services.clock.now();
  const identities = new Identities(stack, services, createdAt);
  for (const logicalId of inOrderOfReference(template.Resources)) {
    await createResource(logicalId, stack, services, identities);
  }
  const outputs = Object.entries(template.Outputs ?? {}).map(([key, { Value, Description }]) => ({
    key,
    value: String(resolveIntrinsics(Value, identities, `output ${key}`)),
    ...(Description !== undefined && { description: Description }),
  }));
  return {
    name,
    arn: stackArn(services.account, name),
    createdAt,
    outputs,
    resources: resources.map(([logicalId, { Type: type }]) => {
      return { logicalId, type, physicalId: identities.of(logicalId)?.ref ?? logicalId };
    }),
  };
}

async function createResource(
  logicalId: string,
  stack: AssembledStack,
  services: Services,
  identities: Identities,
): Promise<void> {
  const resource = stack.template.Resources[logicalId];
  const type = resource && RESOURCE_TYPES.get(resource.Type);
  const identity = identities.of(logicalId);
  if (resource === undefined || type === undefined || identity === undefined) return;
  const properties = resolveIntrinsics(resource.Properties ?? {}, identities, logicalId) as Record<string, unknown>;
  const physicalName = identities.physicalName(logicalId, resource);
  try {
    await type.create({ logicalId, physicalName, identity, properties, services, assetFolder: stack.assetFolder });
  } catch (cause) {
    throw new TemplateError(logicalId, (cause as Error).message);
  }
}

/** Logical ids, each after those that it refers to or depends on. */
function inOrderOfReference(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const ordered = new Set<string>();
  const visiting = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (resource === undefined || ordered.has(logicalId)) return;
    if (visiting.has(logicalId)) throw new TemplateError(logicalId, 'is part of a circle of references.');
    visiting.add(logicalId);
    const { DependsOn = [], Properties } = resource;
    for (const needed of [...referencesIn(Properties), ...[DependsOn].flat()]) visit(needed);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}
