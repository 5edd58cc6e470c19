import { isNoValue, itemsOf, onlyMember, resolveIntrinsics } from './intrinsics.ts';
import type { ParameterValues } from './parameters.ts';
import { type Template, TemplateError, type TemplateResource } from './template.ts';

/** How many operands each function takes. Source: CloudFormation template reference, condition functions. */
const OPERANDS: ReadonlyMap<string | undefined, readonly [least: number, most: number]> = new Map([
  ['Fn::Equals', [2, 2]],
  ['Fn::And', [2, 10]],
  ['Fn::Or', [2, 10]],
  ['Fn::Not', [1, 1]],
]);

/**
 * A template after its conditions are evaluated: without the resources and outputs whose condition is false, with one branch of
 * each `Fn::If`, and with the values of its mappings.
 * Source: CloudFormation user guide, Conditions and Mappings sections.
 * @throws TemplateError for a condition that is not defined, or that the engine does not understand
 */
export function settleConditions(stackName: string, template: Template, values: ParameterValues): Template {
  const { Conditions = {}, Mappings, Resources, Outputs, ...others } = template;
  const conditions = new Conditionals(Conditions, values, new Set(Object.keys(Resources)));
  for (const name of Object.keys(Conditions)) conditions.isTrue(name, stackName);
  const settled = <T extends { readonly Condition?: unknown }>(section: Readonly<Record<string, T>>) => {
    const entries = Object.entries(section).flatMap(([id, { Condition, ...content }]): [string, T][] => {
      if (Condition !== undefined && !conditions.isTrue(String(Condition), id)) return [];
      return [[id, conditions.settle(content, id) as T]];
    });
    return Object.fromEntries(entries);
  };
  return {
    ...others,
    Resources: settled<TemplateResource>(Resources),
    ...(Outputs && { Outputs: settled(Outputs) }),
  };
}

class Conditionals {
  readonly #definitions: Readonly<Record<string, unknown>>;
  readonly #values: ParameterValues;
  readonly #resources: ReadonlySet<string>;
  readonly #known = new Map<string, boolean>();
  readonly #pending = new Set<string>();

  constructor(definitions: Readonly<Record<string, unknown>>, values: ParameterValues, resources: ReadonlySet<string>) {
    this.#definitions = definitions;
    this.#values = values;
    this.#resources = resources;
  }

  /** @param owner what uses the condition, for errors */
  isTrue(name: string, owner: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.#definitions, name)) {
      throw new TemplateError(owner, `Template format error: Unresolved condition dependency ${name}.`);
    }
    if (this.#pending.has(name)) throw new TemplateError(name, 'is part of a circular condition.');
    this.#pending.add(name);
    const result = this.#evaluate(this.#definitions[name], name);
    this.#pending.delete(name);
    this.#known.set(name, result);
    return result;
  }

  /** A value of the template with one branch of each `Fn::If`, and the values of mappings. */
  settle(value: unknown, owner: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.settle(item, owner)).filter((item) => !isNoValue(item));
    if (typeof value !== 'object' || value === null) return value;
    const [name, argument] = onlyMember(value);
    if (name === 'Fn::If') return this.settle(this.#branch(argument, owner), owner);
    if (name === 'Fn::FindInMap') return this.#inMap(argument, owner);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, this.settle(inner, owner)])
        .filter(([, inner]) => !isNoValue(inner)),
    );
  }

  #branch(argument: unknown, owner: string): unknown {
    if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') {
      throw new TemplateError(owner, 'uses Fn::If without the name of a condition and two values.');
    }
    const [condition, whenTrue, whenFalse] = argument;
    return this.isTrue(condition, owner) ? whenTrue : whenFalse;
  }

  #inMap(argument: unknown, owner: string): unknown {
    if (!Array.isArray(argument) || argument.length !== 3) {
      throw new TemplateError(owner, 'uses Fn::FindInMap without a map and two keys.');
    }
    const path = argument.map((part) => String(this.#plainValue(part, owner)));
    const [map, first, second] = path as [string, string, string];
    return this.#values.inMap(map, first, second, owner);
  }

  #evaluate(definition: unknown, owner: string): boolean {
    const [name, argument] = onlyMember(definition ?? {});
    if (name === 'Condition' && typeof argument === 'string') return this.isTrue(argument, owner);
    const range = OPERANDS.get(name);
    if (range === undefined) {
      const known = [...OPERANDS.keys(), 'Condition'].join(', ');
      throw new TemplateError(
        owner,
        `is the condition ${JSON.stringify(definition)}, which the local engine does not know; it knows ${known}.`,
      );
    }
    const operands = itemsOf(argument);
    const [least, most] = range;
    if (operands.length < least || operands.length > most) {
      throw new TemplateError(owner, `${name} has ${operands.length} operands; it needs ${least} to ${most}.`);
    }
    if (name === 'Fn::Equals') {
      // Values are compared as text.
      const [one, other] = operands.map((operand) => JSON.stringify(asText(this.#plainValue(operand, owner))));
      return one === other;
    }
    // Evaluates all of them, so that each is checked.
    const results = operands.map((operand) => this.#evaluate(operand, owner));
    if (name === 'Fn::Not') return !results[0];
    return name === 'Fn::And' ? results.every(Boolean) : results.some(Boolean);
  }

  /** A value that does not refer to a resource. */
  #plainValue(value: unknown, owner: string): unknown {
    const noResource = (name: string): undefined => {
      if (!this.#resources.has(name)) return undefined;
      throw new TemplateError(
        owner,
        `refers to the resource ${name}. A condition cannot, because it decides which resources are created.`,
      );
    };
    const references = {
      ref: (name: string) => noResource(name) ?? this.#values.ref(name),
      attribute: (name: string) => noResource(name),
    };
    return resolveIntrinsics(this.settle(value, owner), references, owner);
  }
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'object' ? value : String(value);
}
