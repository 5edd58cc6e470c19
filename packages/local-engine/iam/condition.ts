import type { TextMatcher } from '../core/wildcard.ts';
import { type Condition, compileArn, compileWildcard, many } from './policy.ts';

export type ContextMatcher = (context: Context) => boolean;

interface Operator {
  readonly compile: (expected: string) => TextMatcher;
  /** Whether it matches values other than the expected ones. */
  readonly isNegated?: boolean;
}

const exact = (expected: string): TextMatcher => {
  return (text) => text === expected;
};
const sameTruth = (expected: string): TextMatcher => {
  const wanted = expected.toLowerCase();
  return (text) => text.toLowerCase() === wanted;
};

/** The supported operators, apart from Null. A policy with another one is refused at load. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', { compile: exact }],
  ['StringNotEquals', { compile: exact, isNegated: true }],
  ['StringLike', { compile: compileWildcard }],
  ['ArnEquals', { compile: compileArn }],
  ['ArnLike', { compile: compileArn }],
  ['Bool', { compile: sameTruth }],
]);

const WHOLE_NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

interface OperatorName {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

/** Undefined for an operator that is not supported. */
export function readOperator(name: string): OperatorName | undefined {
  const [, set, base = '', ifExists] = WHOLE_NAME.exec(name) ?? [];
  const isNull = base === 'Null' && set === undefined && ifExists === undefined;
  if (!isNull && !OPERATORS.has(base)) return undefined;
  return { set: set as OperatorName['set'], base, ifExists: ifExists !== undefined };
}

export function knownOperators(): string {
  return [...OPERATORS.keys(), 'Null'].join(', ');
}

/**
 * All keys of all operators must hold.
 * Source: IAM user guide, Condition, condition operators, and set operators for multivalued context keys.
 * @param condition checked by checkPolicy
 */
export function compileCondition(condition: Condition): ContextMatcher {
  const matchers = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) => compileKey(operator, key.toLowerCase(), many(expected).map(String))),
  );
  return (context) => matchers.every((matches) => matches(context));
}

function compileKey(operatorName: string, key: string, expected: readonly string[]): ContextMatcher {
  const { set, base, ifExists = false } = readOperator(operatorName) ?? {};
  // True matches a missing key.
  if (base === 'Null') return (context) => expected.includes(String(context[key] === undefined));
  const { compile, isNegated = false } = OPERATORS.get(base ?? '') ?? {};
  if (compile === undefined) return () => false;
  const matchers = expected.map(compile);
  const holds = (value: string) => matchers.some((matches) => matches(value)) !== isNegated;
  if (set === 'ForAllValues') return (context) => valuesOf(context[key]).every(holds);
  // At least one value is required, also with IfExists.
  if (set === 'ForAnyValue') return (context) => valuesOf(context[key]).some(holds);
  return (context) => {
    const value = context[key];
    if (value === undefined) return isNegated || ifExists;
    return typeof value === 'string' && holds(value);
  };
}

function valuesOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : many(value);
}

/**
 * The condition keys that requests have here, in lower case. A policy with another key is refused: it would deny or allow calls
 * only because the engine does not supply the key. A key that ends with `/` matches every name that starts with it.
 * Source: IAM user guide, global condition context keys; Service authorization reference of each service.
 */
const KEYS: readonly string[] = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:requesttag/',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:tagkeys',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
  'dynamodb:returnvalues',
  'dynamodb:select',
  'events:detail-type',
  'events:source',
  's3:delimiter',
  's3:locationconstraint',
  's3:max-keys',
  's3:prefix',
  's3:resourceaccount',
  's3:x-amz-bucket-namespace',
];

/** Keys that may have several values in a request; policies use ForAllValues or ForAnyValue with them. */
const MULTIVALUED: ReadonlySet<string> = new Set(['aws:tagkeys', 'dynamodb:attributes', 'dynamodb:leadingkeys']);

/** The values of a request's condition keys, by their names in lower case. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return KEYS.some((known) => (known.endsWith('/') ? name.startsWith(known) : known === name));
}

export function isMultivaluedKey(key: string): boolean {
  return MULTIVALUED.has(key.toLowerCase());
}
