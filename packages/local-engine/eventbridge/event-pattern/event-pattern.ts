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
