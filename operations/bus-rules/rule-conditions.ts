import { conditionsText } from '../deployed/rule-condition.ts';
import { fieldsOf } from '../messages/json-fields.ts';

/** An event pattern, parsed. */
export type Pattern = Readonly<Record<string, unknown>>;

/** A part of a pattern that an event has to meet, with a pattern of its own that asks for nothing else. */
export type Condition = FieldCondition | AlternativesCondition;

/** One field, and what it may be. */
export interface FieldCondition {
  readonly kind: 'field';
  /** Such as `detail.metadata.schemaVersion`. */
  readonly path: string;
  readonly accepts: readonly unknown[];
  readonly pattern: Pattern;
}

/** `$or`: the conditions of one alternative are enough. */
export interface AlternativesCondition {
  readonly kind: 'or';
  readonly pattern: Pattern;
  readonly alternatives: readonly (readonly Condition[])[];
}

/**
 * The conditions of a pattern, each of which an event has to meet. Of fields inside array elements, one choice of elements has to
 * meet all of them together, which no single condition says.
 * Source: EventBridge user guide, eb-event-patterns and eb-create-pattern-operators.
 */
export function conditionsOf(pattern: Pattern): Condition[] {
  return conditionsIn(pattern, []);
}

function conditionsIn(object: Pattern, steps: readonly string[]): Condition[] {
  return Object.entries(object).flatMap(([name, value]): Condition[] => {
    const path = [...steps, name];
    if (name === '$or' && isAlternatives(value)) {
      const alternatives = value.map((alternative) => conditionsIn(alternative, steps));
      return [{ kind: 'or', pattern: nested(path, value), alternatives }];
    }
    if (!Array.isArray(value)) return conditionsIn(fieldsOf(value), path);
    return [{ kind: 'field', path: path.join('.'), accepts: value, pattern: nested(path, value) }];
  });
}

/** Otherwise it is a field of that name. */
function isAlternatives(value: unknown): value is readonly Pattern[] {
  const isObject = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each);
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

function nested(path: readonly string[], value: unknown): Pattern {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Pattern;
}

const SHOWN = 80;

/**
 * Why a field does not meet its condition, in the words of the local engine's journal, and what the rule asks for.
 * @param event as the bus delivers it
 */
export function mismatchText({ path, accepts }: FieldCondition, event: object): string {
  const found = valuesAt(event, path);
  const asked = `the rule asks that it ${conditionsText(accepts)}`;
  if (found.length === 0) return `${path} has no value in the event; ${asked}`;
  return `${path} does not accept ${show(found.length === 1 ? found[0] : found)}; ${asked}`;
}

/** The values at a dotted path, through arrays; names in the event may have dots as well. */
function valuesAt(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (path === '') return typeof value === 'object' && value !== null ? [] : [value];
  return Object.entries(fieldsOf(value)).flatMap(([name, inner]) => {
    if (name === path) return valuesAt(inner, '');
    return path.startsWith(`${name}.`) ? valuesAt(inner, path.slice(name.length + 1)) : [];
  });
}

function show(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json;
}
