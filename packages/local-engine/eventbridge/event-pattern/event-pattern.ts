/**
 * EventBridge event patterns, for rules and for pipe filters. Semantics follow AWS's own open engine
 * (https://github.com/aws/event-ruler), also where AWS's prose says otherwise.
 */

import { isObject } from '../../core/json-text.ts';
import { explainBranch, flattener, matchesBranch } from './match.ts';
import { parsePattern } from './parse.ts';
import { type Dialect, InvalidEventPatternError } from './types.ts';

export { InvalidEventPatternError };

export interface EventPatternOptions {
  /**
   * Pipes know fewer operators than rules: no wildcard, and anything-but only with plain values.
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
  const parsed = typeof pattern === 'string' ? parseText(pattern) : checkSize(pattern);
  const branches = parsePattern(parsed, options.dialect ?? 'rules');
  const flatten = flattener(branches);
  const matches = (event: unknown): boolean => {
    if (!isObject(event)) {
      return false;
    }
    const leaves = flatten(event);
    return branches.some((branch) => matchesBranch(branch, leaves));
  };
  const explain = (event: unknown): string | undefined => {
    if (!isObject(event)) {
      return 'the event is not a JSON object';
    }
    const leaves = flatten(event);
    const reasons = branches.map((branch) => explainBranch(branch, leaves));
    return reasons.includes(undefined) ? undefined : [...new Set(reasons)].join('; or ');
  };
  return Object.assign(matches, { explain });
}

/** Matches one event against one pattern. See {@link compileEventPattern}, which is faster for many. */
export function matchesEventPattern(pattern: unknown, event: unknown): boolean {
  return compileEventPattern(pattern)(event);
}

/** Of a pattern as JSON text. Source: EventBridge API reference, PutRule; Pipes API reference, Filter. */
const MOST_CHARACTERS = 4096;

function checkSize(pattern: unknown): unknown {
  const characters = JSON.stringify(pattern)?.length ?? 0;
  if (characters <= MOST_CHARACTERS) return pattern;
  throw tooLarge(characters);
}

function tooLarge(characters: number): InvalidEventPatternError {
  return new InvalidEventPatternError('', `it has ${characters} characters; at most ${MOST_CHARACTERS} are allowed`);
}

function parseText(text: string): unknown {
  if (text.length > MOST_CHARACTERS) throw tooLarge(text.length);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidEventPatternError('', 'it is not valid JSON', { cause });
  }
}
