import { compilePieces } from '../../core/wildcard.ts';
import { type Context, InvalidEventPatternError, type ValueTest } from './types.ts';

/*
 * The engine compares strings together with the quotes around them in the event, so a prefix may reach past the last
 * character of the value and take in its closing quote, and a suffix its opening one (aws/event-ruler, Patterns).
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

/** The two ways in which one letter of a pattern may be written in an event. */
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
  const letters: Letter[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const letter = unit.isWellFormed() ? unit : '?';
    letters.push({ lower: letter.toLowerCase(), upper: letter.toUpperCase() });
  }
  return letters;
}

/** Where in `value` the last letter ends, or -1. No letter's one form begins or ends with its other: none is ambiguous. */
function endOfPrefix(value: string, letters: readonly Letter[]): number {
  let end = 0;
  for (const { lower, upper } of letters) {
    if (value.startsWith(lower, end)) {
      end += lower.length;
    } else if (value.startsWith(upper, end)) {
      end += upper.length;
    } else {
      return -1;
    }
  }
  return end;
}

function endsWithLetters(value: string, letters: readonly Letter[]): boolean {
  let start = value.length;
  for (const { lower, upper } of letters.toReversed()) {
    if (value.endsWith(lower, start)) {
      start -= lower.length;
    } else if (value.endsWith(upper, start)) {
      start -= upper.length;
    } else {
      return false;
    }
  }
  return true;
}

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

/**
 * Beginnings of a field's wildcard patterns that one text may match at once, at most. Sources: aws/event-ruler,
 * MachineComplexityEvaluator; recorded on AWS: `*:*:*:*:*:event-bus/*`, which has 11, is refused.
 */
const MOST_MATCHED = 10;

/** In AWS's words (recorded in 2024). */
export const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/** A pattern as the engine sees it, with the quotes of the JSON string around it: the literal texts between its wildcards. */
interface Wildcard {
  /** What comes before the first wildcard. */
  readonly head: string;
  /** What follows each wildcard; the last one ends in the closing quote. */
  readonly tails: readonly string[];
}

/**
 * Refuses a field whose wildcard patterns are too complex together.
 * @param patterns each as the literal texts between its wildcards
 * @throws InvalidEventPatternError
 */
export function checkComplexity(patterns: readonly (readonly string[])[], path: string): void {
  if (complexityOf(patterns) > MOST_MATCHED) throw new InvalidEventPatternError(path, TOO_COMPLEX);
}

/**
 * How many beginnings of the patterns a text can match at most. For `*a*a`, the text "aa" is matched by `*`, `*a`, `*a*` and
 * `*a*a`. The most are matched either by a long text, in which every wildcard has been passed and whose end decides, or by
 * one that is itself the beginning of a pattern's head.
 */
export function complexityOf(patterns: readonly (readonly string[])[]): number {
  const distinct = new Map(patterns.map((pieces) => [JSON.stringify(pieces), quoted(pieces)]));
  const wildcards = [...distinct.values()];
  return Math.max(0, ...wildcards.map(({ head }) => Math.max(ofLongText(wildcards, head), ofHead(wildcards, head))));
}

function quoted(pieces: readonly string[]): Wildcard {
  const [head = '', ...tails] = pieces.map((piece, index) => (index === pieces.length - 1 ? `${piece}"` : piece));
  return { head: `"${head}`, tails };
}

/** Of texts that begin with this head, and go on behind all wildcards of the patterns whose heads fit it. */
function ofLongText(wildcards: readonly Wildcard[], head: string): number {
  const passed = wildcards.filter((other) => head.startsWith(other.head)).flatMap(({ tails }) => tails);
  return passed.length + mostEndings(passed);
}

/** How many beginnings of the tails a text can end with at most; each text that matters is one of them. */
function mostEndings(tails: readonly string[]): number {
  const root: Node = { next: new Map(), tails: 0, endings: 0, fallback: undefined };
  for (const tail of tails) {
    let node = root;
    for (const unit of tail.split('')) {
      const next = node.next.get(unit) ?? { next: new Map(), tails: 0, endings: 0, fallback: undefined };
      node.next.set(unit, next);
      next.tails += 1;
      node = next;
    }
  }
  // By length, so that what is shorter is counted already; as Aho and Corasick search for several texts at once.
  let most = 0;
  const queue = [root];
  for (const node of queue) {
    for (const [unit, next] of node.next) {
      let fallback = node.fallback;
      while (fallback !== undefined && !fallback.next.has(unit)) fallback = fallback.fallback;
      next.fallback = fallback?.next.get(unit) ?? root;
      next.endings = next.tails + next.fallback.endings;
      most = Math.max(most, next.endings);
      queue.push(next);
    }
  }
  return most;
}

/** A beginning of some tails. */
interface Node {
  readonly next: Map<string, Node>;
  /** How many tails begin so. */
  tails: number;
  /** How many beginnings of tails a text ends with that ends so. */
  endings: number;
  /** The longest other beginning with which such a text ends. */
  fallback: Node | undefined;
}

/** Of this head, and of each text with which it begins. */
function ofHead(wildcards: readonly Wildcard[], head: string): number {
  let most = 0;
  let places = wildcards.map((wildcard) => ({ wildcard, tail: -1, length: 0 }));
  for (const unit of head.split('')) {
    const next: typeof places = [];
    for (const { wildcard, tail, length } of places) {
      const text = tail === -1 ? wildcard.head : (wildcard.tails[tail] ?? '');
      if (length === 0 && tail >= 0) next.push({ wildcard, tail, length });
      if (text[length] !== unit) continue;
      next.push({ wildcard, tail, length: length + 1 });
      // Behind the text comes a wildcard, which may stand for nothing.
      if (length + 1 === text.length && tail + 1 < wildcard.tails.length)
        next.push({ wildcard, tail: tail + 1, length: 0 });
    }
    places = distinctPlaces(next);
    most = Math.max(most, places.length);
    if (most > MOST_MATCHED) return most;
  }
  return most;
}

function distinctPlaces<T extends { readonly wildcard: Wildcard; readonly tail: number; readonly length: number }>(
  places: readonly T[],
): T[] {
  const seen = new Map<Wildcard, Set<string>>();
  return places.filter(({ wildcard, tail, length }) => {
    const known = seen.get(wildcard) ?? new Set();
    seen.set(wildcard, known);
    const place = `${tail}:${length}`;
    return !known.has(place) && known.add(place);
  });
}
