import { createHash } from 'node:crypto';
import type { Account } from '../core/account.ts';
import type { AssembledStack } from './assembly.ts';
import { checkProperties } from './check-properties.ts';
import { INERT_RESOURCE_TYPES, RESOURCE_TYPES } from './resource-types.ts';
import { type References, resolveIntrinsics } from './template/intrinsics.ts';
import { ParameterValues } from './template/parameters.ts';
import type { Identity, Naming, ResourceType } from './template/resource-type.ts';
import { required, TemplateError, type TemplateResource } from './template/template.ts';

export interface Output {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  /** The name by which other stacks of the account and Region import it. */
  readonly exportName?: string;
}

/** The part of a stack that others read. */
export interface Exporting {
  readonly name: string;
  readonly outputs: readonly Output[];
}

/** What a stack sees of the world around it. */
export interface Surroundings {
  readonly account: Account;
  /** Where the gateway answers, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** When the stack was created, in Unix epoch milliseconds. */
  readonly createdAt: number;
  /** Values of the existing SSM parameters, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The stacks before this one. */
  readonly earlier: readonly Exporting[];
}

/** What resources without an effect are named by: the rest of them is not read. */
const INERT_NAMES: Pick<ResourceType, 'shape'> = {
  shape: { LogGroupName: 'used', RegistryName: 'used', SchemaName: 'used', TopicArn: 'used', TopicName: 'used' },
};

/** Resolves the references of one stack. Each resource's identity is computed once, before any resource is created. */
export class Identities implements References {
  readonly #stack: AssembledStack;
  readonly #surroundings: Surroundings;
  readonly #values: ParameterValues;
  readonly #imports = new Set<string>();
  readonly #known = new Map<string, Identity>();
  readonly #pending = new Set<string>();

  constructor(stack: AssembledStack, surroundings: Surroundings) {
    this.#stack = stack;
    this.#surroundings = surroundings;
    this.#values = new ParameterValues(stack.name, stack.template, surroundings);
  }

  /** Names of the exports that were used so far. */
  get imports(): readonly string[] {
    return [...this.#imports];
  }

  /** @throws TemplateError for an SSM parameter that does not exist */
  ref(name: string): unknown {
    return this.#find(name)?.ref ?? this.#values.ref(name);
  }

  imported(name: string): unknown {
    this.#imports.add(name);
    const outputs = this.#surroundings.earlier.flatMap((stack) => stack.outputs);
    return outputs.find(({ exportName }) => exportName === name)?.value;
  }

  stackOutput(stackName: string, outputName: string): unknown {
    const stack = this.#surroundings.earlier.find(({ name }) => name === stackName);
    return stack?.outputs.find(({ key }) => key === outputName)?.value;
  }

  attribute(logicalId: string, name: string): unknown {
    return this.#find(logicalId)?.attributes[name];
  }

  /** @throws TemplateError for a missing resource, or an unknown type */
  of(logicalId: string): Identity {
    return required(this.#find(logicalId), logicalId, 'is not a resource that the local engine knows.');
  }

  #find(logicalId: string): Identity | undefined {
    const known = this.#known.get(logicalId);
    const { Resources } = this.#stack.template;
    const resource = Object.hasOwn(Resources, logicalId) ? Resources[logicalId] : undefined;
    if (known !== undefined || resource === undefined) return known;
    if (this.#pending.has(logicalId)) throw new TemplateError(logicalId, 'refers to itself in its own name.');
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
    if (nameProperty !== undefined && given !== undefined) {
      const name = resolveIntrinsics(given, this, logicalId);
      checkProperties(logicalId, { [nameProperty]: name }, { shape: { [nameProperty]: 'used' } });
      return String(name);
    }
    // As CloudFormation builds names: stack, logical id, and some characters that make the name unique.
    const suffix = createHash('sha256').update(`${this.#stack.name}/${logicalId}`).digest('hex').slice(0, 12);
    return `${`${this.#stack.name}-${logicalId}`.slice(0, nameLimit - 1 - suffix.length)}-${suffix}`;
  }

  #naming(logicalId: string, resource: TemplateResource): Naming {
    return {
      ...this.#surroundings,
      physicalName: this.physicalName(logicalId, resource),
      properties: () => {
        const properties = resolveIntrinsics(resource.Properties ?? {}, this, logicalId);
        if (Object.hasOwn(INERT_RESOURCE_TYPES, resource.Type)) checkProperties(logicalId, properties, INERT_NAMES);
        return properties as Record<string, unknown>;
      },
    };
  }
}
