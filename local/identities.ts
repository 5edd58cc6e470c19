import { createHash } from 'node:crypto';
import { type Account, arnOf } from './account.ts';
import type { AssembledStack, TemplateResource } from './assembly.ts';
import { type References, resolveIntrinsics } from './intrinsics.ts';
import { INERT_RESOURCE_TYPES } from './resources/inert.ts';
import { RESOURCE_TYPES } from './resources/registry.ts';
import type { Identity, Naming } from './resources/resource-type.ts';
import type { Services } from './services.ts';
import { TemplateError } from './template-error.ts';

/** What references mean in this stack: each resource's identity is worked out once, before any resource is made. */
export class Identities implements References {
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
    const { nameProperty, nameLimit = 64 } = RESOURCE_TYPES.get(Type) ?? {};
    const given = nameProperty === undefined ? undefined : Properties[nameProperty];
    if (given !== undefined) return String(resolveIntrinsics(given, this, logicalId));
    // As CloudFormation makes names: stack, logical id and some characters that make it unique.
    const suffix = shortHash(`${this.#stack.name}/${logicalId}`);
    return `${`${this.#stack.name}-${logicalId}`.slice(0, nameLimit - 1 - suffix.length)}-${suffix}`;
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

/** ARN of a stack, which is its id. */
export function stackArn(account: Account, stackName: string): string {
  return arnOf(account, 'cloudformation', `stack/${stackName}/${shortHash(stackName)}`);
}

function pseudoParameters(account: Account, stackName: string): Readonly<Record<string, string>> {
  const { id, region, partition, urlSuffix } = account;
  return {
    'AWS::AccountId': id,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackId': stackArn(account, stackName),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  };
}

/** Twelve characters that tell names apart. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
