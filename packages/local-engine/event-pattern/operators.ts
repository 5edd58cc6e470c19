import { isObject } from '../core/json-text.ts';
import { cidr } from './ip-address.ts';
import { equalsIgnoreCase, prefix, prefixIgnoreCase, suffix, suffixIgnoreCase, wildcard } from './text.ts';
import {
  type FieldContext,
  type InvalidEventPatternError,
  invalid,
  type Scalar,
  show,
  type ValueTest,
} from './types.ts';

const OPERATORS = 'prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr, exactly';

/** Parses `{"operator": operand}`. 'absent' is `{"exists": false}`, the only operator that tests no value. */
export function operator(expression: Record<string, unknown>, context: FieldContext): ValueTest | 'absent' {
  const [name, ...others] = Object.keys(expression);
  if (name === undefined || others.length > 0) {
    throw invalid(context, `an object in the array needs one operator, got ${show(expression)}; allowed: ${OPERATORS}`);
  }
  const operand = expression[name];
  switch (name) {
    case 'exactly': {
      const exact = textOf(name, operand, context);
      return (value) => value === exact;
    }
    case 'prefix':
      return affix(name, operand, context, prefix, prefixIgnoreCase);
    case 'suffix':
      return affix(name, operand, context, suffix, suffixIgnoreCase);
    case 'equals-ignore-case':
      return equalsIgnoreCase(textOf(name, operand, context));
    case 'wildcard':
      if (context.dialect === 'pipes') {
        throw invalid(context, 'a pipe does not support wildcard');
      }
      return wildcard(textOf(name, operand, context), context);
    case 'anything-but':
      return anythingBut(operand, context);
    case 'numeric':
      return numeric(operand, context);
    case 'exists':
      if (typeof operand === 'boolean') return operand ? () => true : 'absent';
      throw invalid(context, `exists needs true or false, got ${show(operand)}`);
    case 'cidr':
      // AWS's table of what pipes support leaves cidr out without refusing it, so both dialects accept it here.
      return cidr(textOf(name, operand, context), context);
    default:
      throw invalid(context, `operator ${show(name)} is unknown; allowed: ${OPERATORS}`);
  }
}

function textOf(name: string, operand: unknown, context: FieldContext): string {
  if (typeof operand === 'string') return operand;
  throw invalid(context, `${name} needs a string, got ${show(operand)}`);
}

function affix(
  name: string,
  operand: unknown,
  context: FieldContext,
  asWritten: (text: string) => ValueTest,
  ignoringCase: (text: string) => ValueTest,
): ValueTest {
  if (!isObject(operand)) return asWritten(textOf(name, operand, context));
  const [inner, ...others] = Object.keys(operand);
  if (inner === 'equals-ignore-case' && others.length === 0) {
    return ignoringCase(textOf(`${name} with ${inner}`, operand[inner], context));
  }
  throw invalid(context, `${name} needs a string or {"equals-ignore-case": string}, got ${show(operand)}`);
}

const ANYTHING_BUT_FORMS =
  'allowed: a string, a number, a list of either, or one of prefix, suffix, equals-ignore-case, wildcard with a string or a list of strings';

/**
 * Every value except those named. A value of another type differs from all of them, so null and 5 match
 * `{"anything-but": "x"}`; a field that is missing has no value and does not match (aws/event-ruler, ByteMachine).
 */
function anythingBut(operand: unknown, context: FieldContext): ValueTest {
  if (isObject(operand)) {
    const excluded = exclusions(operand, context);
    return (value) => !excluded.some((test) => test(value));
  }
  const excluded = new Set<Scalar>(plainValues(operand, context));
  return (value) => !excluded.has(value);
}

function plainValues(operand: unknown, context: FieldContext): Scalar[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return values;
  if (values.length > 0 && values.every((value) => typeof value === 'number')) {
    return values.map((value) => comparable(value, context));
  }
  throw invalid(
    context,
    `anything-but cannot take ${show(operand)}; ${ANYTHING_BUT_FORMS}; a list is not empty and does not mix types`,
  );
}

function exclusions(operand: Record<string, unknown>, context: FieldContext): ValueTest[] {
  const [name, ...others] = Object.keys(operand);
  if (name === undefined || others.length > 0) {
    throw invalid(context, `anything-but needs one operator, got ${show(operand)}; ${ANYTHING_BUT_FORMS}`);
  }
  if (context.dialect === 'pipes') {
    throw invalid(
      context,
      `a pipe does not support anything-but with ${name}; allowed: a string, a number, or a list of either`,
    );
  }
  return excludedTexts(name, operand[name], context).map((text) => exclusion(name, text, context));
}

function excludedTexts(name: string, operand: unknown, context: FieldContext): string[] {
  // The older grammar has no lists of prefixes or suffixes (aws/event-ruler, RuleCompiler).
  const takesList = !context.legacy || name === 'equals-ignore-case';
  const values: unknown[] = takesList && Array.isArray(operand) ? operand : [operand];
  // The engine fails on an empty list too, but only where no other entry of the field precedes it.
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return values;
  throw invalid(context, `anything-but with ${name} needs a string or a list of strings, got ${show(operand)}`);
}

function exclusion(name: string, text: string, context: FieldContext): ValueTest {
  if ((name === 'prefix' || name === 'suffix') && text === '') {
    throw invalid(context, `anything-but with an empty ${name} would exclude every string`);
  }
  if (name === 'prefix') return prefix(text);
  if (name === 'suffix') return suffix(text);
  if (name === 'equals-ignore-case') return equalsIgnoreCase(text);
  if (name === 'wildcard' && !context.legacy) return wildcard(text, context);
  throw invalid(context, `anything-but does not support ${show(name)}; ${ANYTHING_BUT_FORMS}`);
}

const NUMERIC_FORMS =
  'allowed: ["=", n], ["<", n], ["<=", n], [">", n], [">=", n], and [">" or ">=", n, "<" or "<=", m]';

/**
 * Numbers compare as IEEE 754 doubles, over the whole finite range (aws/event-ruler, ComparableNumber). A number too
 * large for a double is refused in a pattern and matches nothing in an event. The engine treats a number that a double
 * cannot hold exactly in the same way; JSON.parse has rounded it before it comes here, so that is not seen.
 */
function comparable(value: number, context: FieldContext): number {
  if (isComparable(value)) return value;
  throw invalid(context, `${show(value)} is not a number that can be compared`);
}

function isComparable(value: unknown): value is number {
  return Number.isFinite(value);
}

/** `numeric`: equality or a range, the lower bound first (aws/event-ruler, JsonRuleCompiler). */
function numeric(expression: unknown, context: FieldContext): ValueTest {
  const refuse: Refuse = (problem) => invalid(context, `${problem} in numeric ${show(expression)}; ${NUMERIC_FORMS}`);
  if (!Array.isArray(expression)) throw refuse('an array is missing');
  const [operator, operand, upperOperator, upperOperand] = expression;
  if (!(operator === '=' || operator === '<' || operator === '<=' || operator === '>' || operator === '>=')) {
    throw refuse(`operator ${show(operator)} is unknown`);
  }
  const bound = numberAfter(operator, operand, refuse);
  const isLowerBound = operator === '>' || operator === '>=';
  if (expression.length > (isLowerBound ? 4 : 2)) throw refuse('there are too many elements');
  if (operator === '=') return (value) => value === bound;
  const bottom = isLowerBound ? bound : -Number.MAX_VALUE;
  let [top, openTop] = isLowerBound ? [Number.MAX_VALUE, false] : [bound, operator === '<'];
  if (isLowerBound && expression.length > 2) {
    if (!(upperOperator === '<' || upperOperator === '<=')) {
      throw refuse(`upper bound operator ${show(upperOperator)} is neither "<" nor "<="`);
    }
    [top, openTop] = [numberAfter(upperOperator, upperOperand, refuse), upperOperator === '<'];
  }
  // Also [">=", 5, "<=", 5], which one number would satisfy, is refused (aws/event-ruler, Range).
  if (bottom >= top) throw refuse('the lower bound is not less than the upper');
  return (value) =>
    typeof value === 'number' &&
    (operator === '>' ? value > bottom : value >= bottom) &&
    (openTop ? value < top : value <= top);
}

type Refuse = (problem: string) => InvalidEventPatternError;

function numberAfter(operator: string, operand: unknown, refuse: Refuse): number {
  if (isComparable(operand)) return operand;
  throw refuse(`${operator} is not followed by a number`);
}
