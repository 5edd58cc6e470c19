/**
 * EventBridge event patterns, for rules and for pipe filters. Semantics follow AWS's own open engine
 * (https://github.com/aws/event-ruler), also where AWS's prose says otherwise.
 */

import { isObject } from '../core/json-text.ts';
import { singleAddress } from './ip-address.ts';
import { explainBranch, flattener, matchesBranch } from './match.ts';
import { operator } from './operators.ts';
import { splitAtWildcards } from './text.ts';
import {
  type Branch,
  type Dialect,
  type FieldContext,
  type FieldPattern,
  InvalidEventPatternError,
  invalid,
  type Scalar,
  show,
  type ValueTest,
} from './types.ts';
import { checkComplexity } from './wildcard-complexity.ts';

export { InvalidEventPatternError };

interface EventPatternOptions {
  /**
   * Pipes support fewer operators than rules: no wildcard, and anything-but only with plain values.
   * @default 'rules'
   */
  readonly dialect?: Dialect;
}

/** A compiled pattern. It never throws; what is not a JSON object matches no pattern. */
export interface EventMatcher {
  (event: unknown): boolean;
  /** Why the event does not match, in one line for a journal; undefined when it does. */
  readonly explain: (event: unknown) => string | undefined;
}

/** Characters of a pattern as JSON text. Source: EventBridge API reference, PutRule; Pipes API reference, Filter. */
const MOST_CHARACTERS = 4096;

/**
 * Compiles a pattern once, to match many events.
 *
 * @param pattern the pattern as a parsed JSON object, or as JSON text.
 * @throws InvalidEventPatternError for a pattern that AWS would refuse.
 * @example
 * const isOrder = compileEventPattern({ source: ['shop'], 'detail-type': ['OrderPlaced'] });
 * isOrder({ source: 'shop', 'detail-type': 'OrderPlaced', detail: {} }); // true
 */
export function compileEventPattern(pattern: unknown, options: EventPatternOptions = {}): EventMatcher {
  const branches = parsePattern(parsed(pattern), options.dialect ?? 'rules');
  const flatten = flattener(branches);
  const matches = (event: unknown): boolean => {
    if (!isObject(event)) return false;
    const leaves = flatten(event);
    return branches.some((branch) => matchesBranch(branch, leaves));
  };
  const explain = (event: unknown): string | undefined => {
    if (!isObject(event)) return 'the event is not a JSON object';
    const leaves = flatten(event);
    const reasons = branches.map((branch) => explainBranch(branch, leaves));
    return reasons.includes(undefined) ? undefined : [...new Set(reasons)].join('; or ');
  };
  return Object.assign(matches, { explain });
}

function parsed(pattern: unknown): unknown {
  const characters = (typeof pattern === 'string' ? pattern : JSON.stringify(pattern))?.length ?? 0;
  if (characters > MOST_CHARACTERS) {
    throw new InvalidEventPatternError('', `it has ${characters} characters; at most ${MOST_CHARACTERS} are allowed`);
  }
  if (typeof pattern !== 'string') return pattern;
  try {
    return JSON.parse(pattern);
  } catch (cause) {
    throw new InvalidEventPatternError('', 'it is not valid JSON', { cause });
  }
}

/** EventBridge refuses a pattern whose `$or`s multiply to more (EventBridge User Guide, event pattern operators). */
const MAX_BRANCHES = 1000;
/** aws/event-ruler, GenericMachine. */
const MAX_FIELDS = 256;

/** Names that cannot be fields inside `$or` (aws/event-ruler, Constants). */
const RESERVED_INSIDE_OR = new Set(
  [
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex',
    'not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range',
    'ip-address-in-range ip-address-not-in-range',
  ].flatMap((names) => names.split(' ')),
);

/**
 * Turns a pattern into branches; one of them must match. A pattern without `$or` has one.
 *
 * When a pattern is invalid with `$or` as a keyword, the engine tries again with `$or` as an ordinary field name, in an
 * older grammar, because such rules existed before the keyword did (aws/event-ruler, GenericMachine.addRule).
 *
 * @throws InvalidEventPatternError for a pattern that the engine would refuse both times.
 */
function parsePattern(pattern: unknown, dialect: Dialect): Branch[] {
  if (!isObject(pattern)) throw new InvalidEventPatternError('', `it must be a JSON object, got ${show(pattern)}`);
  try {
    return branchesOf(pattern, { dialect, legacy: false });
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    try {
      return branchesOf(pattern, { dialect, legacy: true });
    } catch {
      throw error;
    }
  }
}

type Grammar = Omit<FieldContext, 'path'>;
type Fields = Map<string, FieldPattern>;

function branchesOf(pattern: Record<string, unknown>, grammar: Grammar): Branch[] {
  // Checked first, since combining takes time and memory.
  if (!grammar.legacy && combinationsOf(pattern) > MAX_BRANCHES) {
    throw new InvalidEventPatternError('', `"$or" makes more than ${MAX_BRANCHES} combinations`);
  }
  const branches = parseObject([new Map()], pattern, { steps: [], insideOr: false, ...grammar });
  return branches.map((fields) => {
    if (fields.size > MAX_FIELDS) {
      throw new InvalidEventPatternError('', `it names ${fields.size} fields; at most ${MAX_FIELDS} are allowed`);
    }
    return [...fields.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  });
}

interface Place extends Grammar {
  readonly steps: readonly string[];
  readonly insideOr: boolean;
}

/** Adds the fields of one object to every branch. Of a field named twice only the last counts, as in the engine. */
function parseObject(branches: Fields[], object: Record<string, unknown>, place: Place): Fields[] {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw new InvalidEventPatternError(place.steps.join('.'), 'an empty object is not allowed; it must name a field');
  }
  let result = branches;
  for (const [name, value] of entries) {
    const steps = [...place.steps, name];
    if (name === '$or' && !place.legacy) {
      result = parseOr(result, value, place);
    } else if (place.insideOr && RESERVED_INSIDE_OR.has(name)) {
      throw new InvalidEventPatternError(steps.join('.'), `"${name}" is reserved and cannot be a field inside "$or"`);
    } else if (isObject(value)) {
      result = parseObject(result, value, { ...place, steps });
    } else if (Array.isArray(value)) {
      const field = parseField(fieldPath(place.steps, name), value, place);
      for (const fields of result) fields.set(field.path, field);
    } else {
      throw new InvalidEventPatternError(
        steps.join('.'),
        `it must be an object (of fields) or an array (of values), got ${show(value)}`,
      );
    }
  }
  return result;
}

/** How many branches a pattern has: the alternatives of an `$or` add up, and fields beside each other multiply. */
function combinationsOf(object: Record<string, unknown>): number {
  let combinations = 1;
  for (const [name, value] of Object.entries(object)) {
    if (name === '$or' && Array.isArray(value)) {
      const ofOne = (alternative: unknown) => (isObject(alternative) ? combinationsOf(alternative) : 1);
      combinations *= value.reduce((sum, alternative) => sum + ofOne(alternative), 0);
    } else if (isObject(value)) combinations *= combinationsOf(value);
  }
  return combinations;
}

/** Every alternative continues every branch so far. */
function parseOr(branches: readonly Fields[], alternatives: unknown, place: Place): Fields[] {
  const path = [...place.steps, '$or'].join('.');
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw invalid({ path }, `"$or" needs an array of at least two objects, got ${show(alternatives)}`);
  }
  const result: Fields[] = [];
  for (const alternative of alternatives) {
    const copies = branches.map((fields) => new Map(fields));
    result.push(...parseObject(copies, alternative, { ...place, insideOr: true }));
  }
  return result;
}

/** "a.b" as one name and as two levels are the same field. The engine drops an empty beginning (aws/event-ruler, Path). */
function fieldPath(steps: readonly string[], name: string): string {
  const parent = steps.join('.');
  return parent === '' ? name : `${parent}.${name}`;
}

function parseField(path: string, values: readonly unknown[], { dialect, legacy }: Grammar): FieldPattern {
  const context: FieldContext = { path, dialect, legacy };
  if (values.length === 0) throw invalid(context, 'an empty array is not allowed; it would match nothing');
  const literals = new Set<Scalar>();
  const tests: ValueTest[] = [];
  let acceptsAbsence = false;
  for (const value of values) {
    const parsed = parseValue(value, context);
    if (parsed === 'absent') acceptsAbsence = true;
    else if (typeof parsed === 'function') tests.push(parsed);
    else literals.add(parsed.literal);
  }
  checkComplexity(wildcardsIn(values, context), path);
  return { path, literals, tests, acceptsAbsence };
}

/** The wildcard patterns among a field's values, including excluded ones, with the quotes of a JSON string around them. */
function wildcardsIn(values: readonly unknown[], context: FieldContext): string[][] {
  return values.filter(isObject).flatMap((expression) => {
    const excluded = expression['anything-but'];
    const texts = isObject(excluded) ? excluded.wildcard : expression.wildcard;
    const all: readonly unknown[] = Array.isArray(texts) ? texts : [texts];
    return all.filter((text) => typeof text === 'string').map((text) => splitAtWildcards(`"${text}"`, context));
  });
}

function parseValue(value: unknown, context: FieldContext): { literal: Scalar } | ValueTest | 'absent' {
  if (isObject(value)) return operator(value, context);
  if (typeof value === 'string') return singleAddress(value) ?? { literal: value };
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return { literal: value };
  throw invalid(
    context,
    `${show(value)} cannot be matched; allowed in the array: strings, numbers, true, false, null, and operators`,
  );
}
