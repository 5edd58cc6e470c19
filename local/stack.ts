import { createHash } from 'node:crypto';
import type { Account } from './account.ts';
import type { AssembledStack, TemplateResource } from './assembly.ts';
import { type References, referencesIn, resolveIntrinsics } from './intrinsics.ts';
import { dynamoDbTable } from './resources/dynamodb-table.ts';
import { eventArchive, eventBus, eventRule } from './resources/events.ts';
import { INERT_RESOURCE_TYPES } from './resources/inert.ts';
import { lambdaEventSourceMapping, lambdaFunction } from './resources/lambda.ts';
import { pipesPipe } from './resources/pipes-pipe.ts';
import type { Identity, Naming, PropertyShape, ResourceType } from './resources/resource-type.ts';
import { sqsQueue, sqsQueuePolicy } from './resources/sqs.ts';
import type { Services } from './services.ts';
import { TemplateError } from './template-error.ts';

const RESOURCE_TYPES = new Map<string, ResourceType>(
  [
    dynamoDbTable,
    eventArchive,
    eventBus,
    eventRule,
    lambdaEventSourceMapping,
    lambdaFunction,
    pipesPipe,
    sqsQueue,
    sqsQueuePolicy,
  ].map((type) => [type.type, type]),
);

/** Sections of a template that the engine reads or may pass over. Conditions and transforms would change its meaning. */
const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** Attributes of a resource beside its type and properties; a Condition would change whether it exists. */
const RESOURCE_ATTRIBUTES = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

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
  for (const section of Object.keys(template)) {
    if (!SECTIONS.has(section))
      throw new TemplateError(name, `has the section ${section}, which the local engine does not know.`);
  }
  for (const [logicalId, resource] of resources) checkResource(logicalId, resource);
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
  const { partition, region, id } = services.account;
  return {
    name,
    arn: `arn:${partition}:cloudformation:${region}:${id}:stack/${name}/${shortHash(name)}`,
    createdAt,
    outputs,
    resources: resources.map(([logicalId, { Type: type }]) => {
      return { logicalId, type, physicalId: identities.of(logicalId)?.ref ?? logicalId };
    }),
  };
}

/** What references mean in this stack: each resource's identity is worked out once, before any resource is made. */
class Identities implements References {
  readonly #stack: AssembledStack;
  readonly #services: Services;
  readonly #createdAt: number;
  readonly #known = new Map<string, Identity>();
  readonly #pending = new Set<string>();

  constructor(stack: AssembledStack, services: Services, createdAt: number) {
    this.#stack = stack;
    this.#services = services;
    this.#createdAt = createdAt;
  }

  ref(name: string): unknown {
    return (
      pseudoParameters(this.#services.account, this.#stack.name)[name] ?? this.of(name)?.ref ?? this.#parameter(name)
    );
  }

  attribute(logicalId: string, name: string): unknown {
    return this.of(logicalId)?.attributes[name];
  }

  of(logicalId: string): Identity | undefined {
    const known = this.#known.get(logicalId);
    const resource = this.#stack.template.Resources[logicalId];
    if (known !== undefined || resource === undefined) return known;
    if (this.#pending.has(logicalId)) throw new TemplateError(logicalId, 'takes its own name from itself.');
    this.#pending.add(logicalId);
    const identify = RESOURCE_TYPES.get(resource.Type)?.identify ?? INERT_RESOURCE_TYPES[resource.Type];
    const identity = identify?.(this.#naming(logicalId, resource));
    if (identity) this.#known.set(logicalId, identity);
    this.#pending.delete(logicalId);
    return identity;
  }

  physicalName(logicalId: string, { Type, Properties = {} }: TemplateResource): string {
    const nameProperty = RESOURCE_TYPES.get(Type)?.nameProperty;
    const given = nameProperty === undefined ? undefined : Properties[nameProperty];
    if (given !== undefined) return String(resolveIntrinsics(given, this, logicalId));
    // As CloudFormation makes names: stack, logical id and some characters that make it unique, 64 at most in all.
    const suffix = shortHash(`${this.#stack.name}/${logicalId}`);
    return `${`${this.#stack.name}-${logicalId}`.slice(0, 63 - suffix.length)}-${suffix}`;
  }

  #naming(logicalId: string, resource: TemplateResource): Naming {
    return {
      physicalName: this.physicalName(logicalId, resource),
      account: this.#services.account,
      endpoint: this.#services.endpoint,
      createdAt: this.#createdAt,
      properties: () => resolveIntrinsics(resource.Properties ?? {}, this, logicalId) as Record<string, unknown>,
    };
  }

  #parameter(name: string): unknown {
    return this.#stack.template.Parameters?.[name]?.Default;
  }
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

function checkResource(logicalId: string, resource: TemplateResource): void {
  for (const attribute of Object.keys(resource)) {
    if (!RESOURCE_ATTRIBUTES.has(attribute)) {
      throw new TemplateError(logicalId, `has the attribute ${attribute}, which the local engine does not know.`);
    }
  }
  if (resource.Type in INERT_RESOURCE_TYPES) return;
  const type = RESOURCE_TYPES.get(resource.Type);
  if (type === undefined) {
    throw new TemplateError(logicalId, `has the type ${resource.Type}, which the local engine does not know.`);
  }
  checkShape(resource.Properties ?? {}, type.shape, resource.Type, logicalId);
}

function checkShape(value: unknown, shape: PropertyShape, path: string, logicalId: string): void {
  if (shape === 'used' || shape === 'inert') return;
  if (Array.isArray(shape)) {
    const [item] = shape;
    if (Array.isArray(value))
      for (const [i, inner] of value.entries()) checkShape(inner, item, `${path}[${i}]`, logicalId);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const member = (shape as Readonly<Record<string, PropertyShape>>)[name];
    if (member === undefined) {
      const known = Object.keys(shape).join(', ');
      throw new TemplateError(
        logicalId,
        `${path} has the property ${name}, which the local engine does not know; it knows ${known}.`,
      );
    }
    checkShape(inner, member, `${path}.${name}`, logicalId);
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

function pseudoParameters(
  { id, region, partition, urlSuffix }: Account,
  stackName: string,
): Readonly<Record<string, string>> {
  return {
    'AWS::AccountId': id,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
