import { createHash } from 'node:crypto';
import { type Account, arnOf } from '../account.ts';
import { INERT_RESOURCE_TYPES } from '../resources/inert.ts';
import { RESOURCE_TYPES } from '../resources/registry.ts';
import type { Identity, Naming } from '../resources/resource-type.ts';
import type { AssembledStack, TemplateResource } from './assembly.ts';
import { type References, resolveIntrinsics } from './intrinsics.ts';
import { SSM_VALUE } from './template-check.ts';
import { TemplateError } from './template-error.ts';

/** Where a stack is. */
export interface Surroundings {
  readonly account: Account;
  /** Where the gateway answers, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Unix epoch milliseconds at which the stack was made. */
  readonly createdAt: number;
  /** Values of the SSM parameters that there are, by name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What references mean in this stack: each resource's identity is worked out once, before any resource is made. */
export class Identities implements References {
  readonly #stack: AssembledStack;
  readonly #surroundings: Surroundings;
  readonly #known = new Map<string, Identity>();
  readonly #pending = new Set<string>();

  constructor(stack: AssembledStack, surroundings: Surroundings) {
    this.#stack = stack;
    this.#surroundings = surroundings;
  }

  /** @throws TemplateError for an SSM parameter that does not exist */
  ref(name: string): unknown {
    const pseudoParameter = pseudoParameters(this.#surroundings.account, this.#stack.name)[name];
    return pseudoParameter ?? this.#find(name)?.ref ?? this.#parameter(name);
  }

  attribute(logicalId: string, name: string): unknown {
    return this.#find(logicalId)?.attributes[name];
  }

  /** @throws TemplateError if there is none of that id, or of a type that is not known */
  of(logicalId: string): Identity {
    const identity = this.#find(logicalId);
    if (identity === undefined) throw new TemplateError(logicalId, 'is nothing that the local engine knows.');
    return identity;
  }

  #find(logicalId: string): Identity | undefined {
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
    const { account, endpoint, createdAt } = this.#surroundings;
    return {
      physicalName: this.physicalName(logicalId, resource),
      account,
      endpoint,
      createdAt,
      properties: () => resolveIntrinsics(resource.Properties ?? {}, this, logicalId) as Record<string, unknown>,
    };
  }

  #parameter(name: string): unknown {
    const { Type, Default } = this.#stack.template.Parameters?.[name] ?? {};
    if (Type !== SSM_VALUE) return Default;
    const { parameters } = this.#surroundings;
    const value = parameters.get(String(Default));
    if (value !== undefined) return value;
    const known = parameters.size === 0 ? 'there is none' : `there are ${[...parameters.keys()].join(', ')}`;
    throw new TemplateError(
      name,
      `takes its value from the SSM parameter ${Default}, which no stack before it makes; ${known}.`,
    );
  }
}

/** ARN of a stack, which is its id. Its UUID is always the same one for a name: resources may have it in their names. */
export function stackArn(account: Account, stackName: string): string {
  return arnOf(
    account,
    'cloudformation',
    `stack/${stackName}/${uuidOf(`${account.id}/${account.region}/${stackName}`)}`,
  );
}

/** A UUID made of a name (RFC 9562, version 8). */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
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
