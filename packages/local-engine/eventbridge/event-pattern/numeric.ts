import { InvalidEventPatternError, show } from './errors.ts';
import type { Context, ValueTest } from './types.ts';

const FORMS = 'allowed: ["=", n], ["<", n], ["<=", n], [">", n], [">=", n], and [">" or ">=", n, "<" or "<=", m]';

/**
 * Numbers compare as IEEE 754 doubles, over the whole finite range (aws/event-ruler, ComparableNumber). A number too
 * large for a double is refused in a pattern and matches nothing in an event. The engine treats a number which a double
 * cannot hold exactly in the same way; JSON.parse has rounded it before it comes here, so that is not seen.
 */
export function comparable(value: unknown, context: Context): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new InvalidEventPatternError(context.path, `${show(value)} is not a number that can be compared`);
  }
  return value;
}

/** `numeric`: equality or a range, the lower bound first (aws/event-ruler, JsonRuleCompiler). */
export function numeric(expression: unknown, context: Context): ValueTest {
  const refuse = (problem: string) =>
    new InvalidEventPatternError(context.path, `${problem} in numeric ${show(expression)}; ${FORMS}`);
  if (!Array.isArray(expression)) {
    throw refuse('an array is missing');
  }
  const [operator, operand, upperOperator, upperOperand] = expression;
  if (!(operator === '=' || operator === '<' || operator === '<=' || operator === '>' || operator === '>=')) {
    throw refuse(`operator ${show(operator)} is unknown`);
  }
  const bound = numberAfter(operator, operand, refuse);
  const isLowerBound = operator === '>' || operator === '>=';
  if (expression.length > (isLowerBound ? 4 : 2)) {
    throw refuse('there are too many elements');
  }
  if (operator === '=') {
    return (value) => value === bound;
  }
  if (!isLowerBound) {
    return range({ bottom: -Number.MAX_VALUE, openBottom: false, top: bound, openTop: operator === '<' }, refuse);
  }
  const openBottom = operator === '>';
  if (expression.length === 2) {
    return range({ bottom: bound, openBottom, top: Number.MAX_VALUE, openTop: false }, refuse);
  }
  if (!(upperOperator === '<' || upperOperator === '<=')) {
    throw refuse(`upper bound operator ${show(upperOperator)} is neither "<" nor "<="`);
  }
  const top = numberAfter(upperOperator, upperOperand, refuse);
  return range({ bottom: bound, openBottom, top, openTop: upperOperator === '<' }, refuse);
}

type Refuse = (problem: string) => InvalidEventPatternError;

function numberAfter(operator: string, operand: unknown, refuse: Refuse): number {
  if (typeof operand !== 'number' || !Number.isFinite(operand)) {
    throw refuse(`${operator} is not followed by a number`);
  }
  return operand;
}

interface Range {
  readonly bottom: number;
  readonly openBottom: boolean;
  readonly top: number;
  readonly openTop: boolean;
}

function range({ bottom, openBottom, top, openTop }: Range, refuse: Refuse): ValueTest {
  // Also [">=", 5, "<=", 5], which one number would satisfy, is refused (aws/event-ruler, Range).
  if (bottom >= top) {
    throw refuse('the lower bound is not less than the upper');
  }
  return (value) =>
    typeof value === 'number' &&
    (openBottom ? value > bottom : value >= bottom) &&
    (openTop ? value < top : value <= top);
}
