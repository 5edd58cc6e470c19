import { compilePieces, type TextMatcher } from '../core/wildcard.ts';

export type OneOrMany<T> = T | readonly T[];

export type Condition = Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean>>>>>;

/** The items of an element that may be one item or a list. */
export function many<T>(value: OneOrMany<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

const COLONS_BEFORE_RESOURCE = 5;

/**
 * A pattern in which `*` matches any characters and `?` matches any one.
 * Source: IAM user guide, policy elements Action, Resource, and string condition operators.
 */
export function compileWildcard(pattern: string): TextMatcher {
  if (pattern === '*') return () => true;
  return compilePieces(pattern.split('*'), { anyOne: '?' });
}

/** ARNs are compared part by part: a wildcard ends at a colon, except in the resource. Source: as above, ARN operators. */
export function compileArn(pattern: string): TextMatcher {
  // Most have none, and are compared for each call of AWS: the parts take twenty times as long.
  if (!/[*?]/.test(pattern)) return exact(pattern);
  const parts = partsOf(pattern).map(compileWildcard);
  return (arn) => {
    const actual = partsOf(arn);
    return actual.length === parts.length && parts.every((matches, index) => matches(actual[index] as string));
  };
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, COLONS_BEFORE_RESOURCE), parts.slice(COLONS_BEFORE_RESOURCE).join(':')];
}

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

/** What an operator's name says, without `operator` for Null; undefined for one that is not supported. */
function readOperator(name: string) {
  const found = WHOLE_NAME.exec(name);
  if (found === null) return undefined;
  const [, set, base = name, ifExists] = found;
  const operator = OPERATORS.get(base);
  const isNull = base === 'Null' && set === undefined && ifExists === undefined;
  return isNull || operator !== undefined ? { set, operator, ifExists: ifExists !== undefined } : undefined;
}

/**
 * All keys of all operators must hold.
 * Source: IAM user guide, Condition, condition operators, and set operators for multivalued context keys.
 * @param condition checked by checkPolicy
 * @throws Error for an operator that is not supported
 */
export function compileCondition(condition: Condition): ContextMatcher {
  const matchers = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) => compileKey(operator, key.toLowerCase(), many(expected).map(String))),
  );
  return (context) => matchers.every((matches) => matches(context));
}

function compileKey(operatorName: string, key: string, expected: readonly string[]): ContextMatcher {
  const known = readOperator(operatorName);
  if (known === undefined) throw new Error(`The condition operator ${operatorName} is not supported.`);
  const { set, operator, ifExists } = known;
  // Null: true matches a missing key.
  if (operator === undefined) return (context) => expected.includes(String(context[key] === undefined));
  const { compile, isNegated = false } = operator;
  const matchers = expected.map((value) => compileWithVariables(value, compile));
  const holdsIn = (context: Context) => (value: string) =>
    matchers.some((matcherIn) => matcherIn(context)(value)) !== isNegated;
  if (set === 'ForAllValues') return (context) => many(context[key] ?? []).every(holdsIn(context));
  // At least one value is required, also with IfExists.
  if (set === 'ForAnyValue') return (context) => many(context[key] ?? []).some(holdsIn(context));
  return (context) => {
    const value = context[key];
    if (value === undefined) return isNegated || ifExists;
    return typeof value === 'string' && holdsIn(context)(value);
  };
}

/**
 * The condition keys that requests have here, in lower case. A policy with another key is refused: it would deny or allow calls
 * only because the engine does not supply the key. A key that ends with `/` matches every name that starts with it.
 * Source: IAM user guide, global condition context keys; Service authorization reference of each service.
 */
const KEYS: readonly string[] = [
  'aws:principalaccount',
  'aws:principalarn',
  // The account here is in no organization: no request has it.
  'aws:principalorgid',
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
  // Rules are made by callers that are not judged: only policies for other accounts have these two, and no call from there comes.
  'events:creatoraccount',
  'events:detail-type',
  'events:source',
  'events:targetarn',
  's3:delimiter',
  's3:locationconstraint',
  's3:max-keys',
  's3:prefix',
  's3:resourceaccount',
  's3:x-amz-bucket-namespace',
];

/** Keys that may have several values in a request; policies use ForAllValues or ForAnyValue with them. */
const MULTIVALUED: ReadonlySet<string> = new Set([
  'aws:tagkeys',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
  'events:targetarn',
]);

/** The policy variables that are replaced, in the values of conditions alone, by the condition key of that name. */
const VARIABLES: readonly string[] = ['aws:PrincipalAccount'];
const VARIABLE = /\$\{([^}]*)\}/g;

/** The policy variables in a text that are not replaced, as they are written. */
export function unknownVariables(text: string): string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([written, name]) =>
    VARIABLES.includes(name as string) ? [] : [written],
  );
}

/**
 * A matcher for a value with variables, which differ from request to request. Source: IAM user guide, policy variables: a variable
 * without a value matches nothing.
 */
function compileWithVariables(expected: string, compile: Operator['compile']): (context: Context) => TextMatcher {
  if (!expected.includes('${')) {
    const matches = compile(expected);
    return () => matches;
  }
  return (context) => {
    let isComplete = true;
    const replaced = expected.replaceAll(VARIABLE, (_, name: string) => {
      const value = context[name.toLowerCase()];
      if (typeof value !== 'string') isComplete = false;
      return String(value);
    });
    const matches = compile(replaced);
    return (text) => isComplete && matches(text);
  };
}

/** The values of a request's condition keys, by their names in lower case. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Why the engine would evaluate this part of a condition wrongly; undefined if it would not. */
export function problemOf(operator: string, keys: readonly string[]): string | undefined {
  const known = readOperator(operator);
  if (known === undefined) {
    const supported = [...OPERATORS.keys(), 'Null'].join(', ');
    return `The condition operator ${operator} is not supported; supported are ${supported}.`;
  }
  for (const key of keys) {
    const name = key.toLowerCase();
    if (!KEYS.some((it) => (it.endsWith('/') ? name.startsWith(it) : it === name))) {
      return `The condition key ${key} is not supported: the engine does not supply it.`;
    }
    if (MULTIVALUED.has(name) && known.set === undefined && known.operator !== undefined) {
      return `The condition key ${key} may have several values: use ForAllValues:${operator} or ForAnyValue:${operator}.`;
    }
  }
  return undefined;
}
