import { compilePieces } from '../../core/wildcard.ts';
import { LogPatternError } from './errors.ts';
import type { Selector } from './selector.ts';

/** Whether the condition holds for a line's JSON. */
export type Condition = (root: unknown) => boolean;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const ORDER: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/**
 * A comparison of the selected value with a text or a number. It holds for strings and numbers alone: where the selector
 * leads nowhere, or to anything else, neither `=` nor `!=` does.
 * Source: CloudWatch Logs user guide, JSON special considerations and numeric comparisons; that `!=` does not hold for a
 * missing field is how AWS's own examples, which ask for NOT EXISTS besides, can be read.
 * @param isQuoted a number in quotes is a text
 * @throws LogPatternError
 */
export function compare(select: Selector, operator: string, operand: string, isQuoted: boolean): Condition {
  const number = !isQuoted && NUMBER.test(operand) ? Number(operand) : undefined;
  const inOrder = ORDER[operator];
  if (inOrder !== undefined) {
    if (number === undefined)
      throw new LogPatternError(operand, `${operator} compares numbers; write one without quotes`);
    return ofValue(select, (value) => typeof value === 'number' && inOrder(value, number));
  }
  const isText = textMatcher(operand);
  // Unquoted digits also stand for a string of digits, such as an account id.
  const equals = (value: string | number) =>
    number !== undefined && typeof value === 'number' ? value === number : isText(String(value));
  return ofValue(select, operator === '=' ? equals : (value) => !equals(value));
}

function ofValue(select: Selector, holds: (value: string | number) => boolean): Condition {
  return (root) => {
    const value = select(root);
    return (typeof value === 'string' || typeof value === 'number') && holds(value);
  };
}

/** An asterisk at the beginning or at the end stands for any text; in the middle it is one. */
function textMatcher(operand: string): (text: string) => boolean {
  if (operand === '*') return () => true;
  const [isOpenAtStart, isOpenAtEnd] = [operand.startsWith('*'), operand.endsWith('*')];
  const literal = operand.slice(isOpenAtStart ? 1 : 0, isOpenAtEnd ? -1 : undefined);
  return compilePieces([...(isOpenAtStart ? [''] : []), literal, ...(isOpenAtEnd ? [''] : [])]);
}
