import { isIP } from 'node:net';
import { compileEventPattern } from '../../packages/local-engine/event-pattern/index.ts';
import { isJsonObject } from '../../schemas/event-contract.ts';
import { allows, boundsOf, isOnly, isWhole, mayBe, mostCharacters, namedValues, type Shape } from './schema-values.ts';

/** Where a condition stands. */
export interface Field {
  /** What its value may be, or that of an element of a list. */
  readonly shape: Shape;
  /** Whether an event may be without it, or have an empty list there. */
  readonly mayBeAbsent: boolean;
}

/**
 * Whether a value that the contract allows can fulfil a condition of an event pattern. Only what is certainly impossible is: whether
 * some text of a form ends with another one is not found out, and counts as possible.
 *
 * @param condition one that AWS accepts
 */
export function canMatch(condition: unknown, { shape, mayBeAbsent }: Field): boolean {
  if (isJsonObject(condition) && 'exists' in condition) {
    // An object itself does not exist for EventBridge, only its fields do.
    return condition.exists === true ? !isOnly(shape, 'object') : mayBeAbsent;
  }
  const matches = compileEventPattern({ value: [condition] });
  const isPossible = (value: unknown) => allows(shape, value) && matches({ value });

  const named = namedValues(shape);
  if (named !== undefined) return named.some(isPossible);
  if (!isJsonObject(condition)) {
    // EventBridge matches an IP address however it is written.
    return isPossible(condition) || (typeof condition === 'string' && isIP(condition) !== 0 && mayBe(shape, 'string'));
  }
  if ('numeric' in condition) return mayBe(shape, 'number') && numbersToTry(condition.numeric, shape).some(isPossible);
  if ('anything-but' in condition) return canDiffer(condition['anything-but'], shape, isPossible);
  return mayBe(shape, 'string') && leastCharacters(condition) <= mostCharacters(shape);
}

/** If any number of a range is allowed, one of these is: the bounds of both, and what is next to them or between them. */
function numbersToTry(range: unknown, shape: Shape): number[] {
  const { least, most } = boundsOf(shape);
  const ends = [least, most, ...(Array.isArray(range) ? range.filter((each) => typeof each === 'number') : [])];
  if (isWhole(shape)) return ends.flatMap((end) => [Math.ceil(end), Math.floor(end), end + 1, end - 1].map(Math.round));
  const sorted = ends.toSorted((a, b) => a - b);
  return sorted.flatMap((end, index) => [end, end / 2 + (sorted[index + 1] ?? end) / 2]);
}

/** Of texts, a schema that names none allows more than a condition can exclude. Of numbers, it may not. */
function canDiffer(excluded: unknown, shape: Shape, isPossible: (value: unknown) => boolean): boolean {
  if (!mayBe(shape, 'number') || mayBe(shape, 'string') || !isWhole(shape)) return true;
  const { least, most } = boundsOf(shape);
  const others = [excluded].flat().length + 1;
  if (most - least >= others) return true;
  return Array.from({ length: others }, (_, index) => Math.ceil(least) + index).some(isPossible);
}

/** Of a text that fulfils the condition. Without regard to case it may have fewer: `ß` is `SS`. */
function leastCharacters(condition: Readonly<Record<string, unknown>>): number {
  const [operand] = [condition.prefix ?? condition.suffix];
  if (typeof operand === 'string') return [...operand].length;
  if (typeof condition.wildcard === 'string') return [...condition.wildcard.replaceAll(/\\(.)|\*/gu, '$1')].length;
  return 0;
}
