import { compilePieces } from '../../core/wildcard.ts';
import { InvalidEventPatternError } from './errors.ts';
import type { Context, ValueTest } from './types.ts';

/**
 * `*` stands for any text, also none. `\*` and `\\` are the only escapes, and two wildcards in a row are refused
 * (aws/event-ruler, WildcardParser). What is too complex is refused for the field as a whole: see wildcard-complexity.ts.
 */
export function wildcard(pattern: string, context: Context): ValueTest {
  const matches = compilePieces(splitAtWildcards(pattern, context));
  return (value) => typeof value === 'string' && matches(value);
}

/** The literal texts between the wildcards of a pattern. @throws InvalidEventPatternError */
export function splitAtWildcards(pattern: string, context: Context): string[] {
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
