import { InvalidEventPatternError } from './errors.ts';
import type { Context, ValueTest } from './types.ts';

/**
 * `*` stands for any text, also none. `\*` and `\\` are the only escapes, and two wildcards in a row are refused
 * (aws/event-ruler, WildcardParser). EventBridge also refuses patterns it finds too complex, by an unpublished measure
 * which is not imitated here.
 */
export function wildcard(pattern: string, context: Context): ValueTest {
  const literals = splitAtWildcards(pattern, context);
  const first = literals[0] ?? '';
  if (literals.length === 1) {
    return (value) => value === first;
  }
  const last = literals[literals.length - 1] ?? '';
  const middle = literals.slice(1, -1);
  return (value) => typeof value === 'string' && holds(value, first, middle, last);
}

function splitAtWildcards(pattern: string, context: Context): string[] {
  const literals: string[] = [];
  let literal = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const next = pattern.charAt(i + 1);
    if (character === '*') {
      if (next === '*') {
        throw new InvalidEventPatternError(
          context.path,
          `wildcard has two "*" in a row at position ${i}; one is enough`,
        );
      }
      literals.push(literal);
      literal = '';
    } else if (character !== '\\') {
      literal += character;
    } else if (next === '*' || next === '\\') {
      literal += next;
      i++;
    } else {
      throw new InvalidEventPatternError(
        context.path,
        `wildcard has an invalid escape at position ${i}; only "\\*" and "\\\\" are allowed`,
      );
    }
  }
  literals.push(literal);
  return literals;
}

/** Taking each literal at its first occurrence is enough: whatever a later one would leave over, "*" swallows. */
function holds(value: string, first: string, middle: readonly string[], last: string): boolean {
  const end = value.length - last.length;
  if (!value.startsWith(first) || !value.endsWith(last)) {
    return false;
  }
  let from = first.length;
  for (const literal of middle) {
    const found = value.indexOf(literal, from);
    if (found === -1) {
      return false;
    }
    from = found + literal.length;
  }
  return from <= end;
}
