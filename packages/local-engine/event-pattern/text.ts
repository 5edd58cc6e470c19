import { compilePieces } from '../core/wildcard.ts';
import { type FieldContext, invalid, type ValueTest } from './types.ts';

/*
 * The engine compares strings together with the quotes around them in the event, so a prefix may reach past the last
 * character of the value and include its closing quote, and a suffix its opening one (aws/event-ruler, Patterns).
 */
const QUOTE = '"';

export function prefix(text: string): ValueTest {
  return (value) => typeof value === 'string' && (value.startsWith(text) || value + QUOTE === text);
}

export function suffix(text: string): ValueTest {
  return (value) => typeof value === 'string' && (value.endsWith(text) || QUOTE + value === text);
}

export function equalsIgnoreCase(text: string): ValueTest {
  const letters = lettersOf(text);
  return (value) => typeof value === 'string' && endOfPrefix(value, letters) === value.length;
}

export function prefixIgnoreCase(text: string): ValueTest {
  const letters = lettersOf(text);
  return (value) => typeof value === 'string' && endOfPrefix(value + QUOTE, letters) !== -1;
}

export function suffixIgnoreCase(text: string): ValueTest {
  const letters = lettersOf(text);
  return (value) => typeof value === 'string' && endsWithLetters(QUOTE + value, letters);
}

/** The two ways in which an event may write one letter of a pattern. */
interface Letter {
  readonly lower: string;
  readonly upper: string;
}

/**
 * The engine folds a pattern one UTF-16 unit at a time (aws/event-ruler, EqualsIgnoreCaseParser). A case form may be
 * longer than the letter ("ß" in a pattern also accepts "SS"), and only the pattern is folded ("ss" does not accept
 * "ß"). Half of a surrogate pair encodes as "?", so a pattern with an emoji never equals the emoji.
 */
function lettersOf(text: string): Letter[] {
  return text.split('').map((unit) => {
    const letter = unit.isWellFormed() ? unit : '?';
    return { lower: letter.toLowerCase(), upper: letter.toUpperCase() };
  });
}

/** Where in `value` the last letter ends, or -1. No letter's one form begins or ends with its other: none is ambiguous. */
function endOfPrefix(value: string, letters: readonly Letter[]): number {
  let end = 0;
  for (const { lower, upper } of letters) {
    if (value.startsWith(lower, end)) end += lower.length;
    else if (value.startsWith(upper, end)) end += upper.length;
    else return -1;
  }
  return end;
}

function endsWithLetters(value: string, letters: readonly Letter[]): boolean {
  let start = value.length;
  for (const { lower, upper } of letters.toReversed()) {
    if (value.endsWith(lower, start)) start -= lower.length;
    else if (value.endsWith(upper, start)) start -= upper.length;
    else return false;
  }
  return true;
}

/**
 * `*` matches any text, also none. `\*` and `\\` are the only escapes, and two wildcards in a row are refused
 * (aws/event-ruler, WildcardParser). A field whose wildcards are too complex is refused as a whole: see
 * wildcard-complexity.ts.
 */
export function wildcard(pattern: string, context: FieldContext): ValueTest {
  const matches = compilePieces(splitAtWildcards(pattern, context));
  return (value) => typeof value === 'string' && matches(value);
}

/** The literal texts between the wildcards of a pattern. @throws InvalidEventPatternError */
export function splitAtWildcards(pattern: string, context: FieldContext): string[] {
  const literals: string[] = [];
  let literal = '';
  for (const { 0: token, index } of pattern.matchAll(/\\[*\\]|\*\*|./gs)) {
    if (token === '**') throw invalid(context, `wildcard has two "*" in a row at position ${index}; one is enough`);
    if (token === '\\') {
      throw invalid(context, `wildcard has an invalid escape at position ${index}; only "\\*" and "\\\\" are allowed`);
    }
    if (token === '*') {
      literals.push(literal);
      literal = '';
    } else {
      // Without the backslash of an escape.
      literal += token.slice(-1);
    }
  }
  literals.push(literal);
  return literals;
}
