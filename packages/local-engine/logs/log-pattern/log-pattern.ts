/**
 * Filter patterns of CloudWatch Logs, as far as FilterLogEvents takes them: terms, and conditions on lines of JSON.
 * Source: CloudWatch Logs user guide, filter and pattern syntax.
 */

import { compileCondition } from './condition.ts';
import { compileTerms, LogPatternError } from './terms.ts';

export { LogPatternError };

/** Whether a log line matches. It never throws. */
export type LogMatcher = (message: string) => boolean;

/**
 * Compiles a filter pattern once, to match many lines. The empty pattern matches every line.
 *
 * @throws LogPatternError for a pattern that CloudWatch Logs would refuse, and for regular expressions and patterns of
 * space-delimited fields, which are not implemented.
 * @example
 * compileLogPattern('?ERROR ?WARN')('{"level":"WARN"}'); // true
 * compileLogPattern('{ $.level = "WARN" && $.attempt > 1 }')('{"level":"WARN","attempt":2}'); // true
 */
export function compileLogPattern(pattern: string): LogMatcher {
  const text = pattern.trim();
  if (text.startsWith('[')) {
    throw new LogPatternError(text, 'patterns of space-delimited fields ([a, b, …]) are not implemented here');
  }
  if (!text.startsWith('{')) return compileTerms(text);
  if (!text.endsWith('}')) throw new LogPatternError(text, 'a pattern that begins with { must end with }');
  const holds = compileCondition(text.slice(1, -1));
  return (message) => {
    const value = parseObject(message);
    return value !== undefined && holds(value);
  };
}

/** Only a line that is JSON from its first character to its last can match a condition. */
function parseObject(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
