/**
 * Filter patterns of CloudWatch Logs, as far as FilterLogEvents takes them: terms, and conditions on lines of JSON.
 * Source: CloudWatch Logs user guide, filter and pattern syntax.
 */

import { finderOf } from '../../core/wildcard.ts';
import { compileCondition, LogPatternError, NO_REGULAR_EXPRESSIONS, readQuoted } from './condition.ts';

export { LogPatternError };

/** A line, and what it is the JSON of, where that is known. */
export interface JudgedLine {
  readonly message: string;
  readonly value?: object;
}

/** Whether a log line matches. It never throws. */
export type LogMatcher = (line: JudgedLine) => boolean;

/**
 * Compiles a filter pattern once, to match many lines. The empty pattern matches every line.
 *
 * @throws LogPatternError for a pattern that CloudWatch Logs would refuse, and for regular expressions and patterns of
 * space-delimited fields, which are not implemented.
 * @example
 * compileLogPattern('?ERROR ?WARN')({ message: '{"level":"WARN"}' }); // true
 * compileLogPattern('{ $.level = "WARN" && $.attempt > 1 }')({ message: '{"level":"WARN","attempt":2}' }); // true
 */
export function compileLogPattern(pattern: string): LogMatcher {
  const text = pattern.trim();
  if (text.startsWith('[')) {
    throw new LogPatternError(text, 'patterns of space-delimited fields ([a, b, …]) are not implemented here');
  }
  if (!text.startsWith('{')) {
    const contains = compileTerms(text);
    return ({ message }) => contains(message);
  }
  if (!text.endsWith('}')) throw new LogPatternError(text, 'a pattern that begins with { must end with }');
  const holds = compileCondition(text.slice(1, -1));
  return (line) => {
    const value = line.value ?? parseObject(line.message);
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

type Role = 'wanted' | 'optional' | 'excluded';
type Term = { readonly role: Role; readonly text: string };

const ROLES: Readonly<Record<string, Role>> = { '?': 'optional', '-': 'excluded' };

/** A term of other characters must be in quotes. Source: CloudWatch Logs user guide, matching terms. */
const PLAIN_TERM = /^[\p{L}\p{N}_]+$/u;

/**
 * Terms: a line must contain all of them, case-sensitively and anywhere, also inside a word; none of those after a minus
 * sign; of those after a question mark any one.
 * @throws LogPatternError
 */
function compileTerms(pattern: string): (message: string) => boolean {
  const terms = readTerms(pattern);
  const texts = (role: Role) => terms.filter((term) => term.role === role).map(({ text }) => containing(text));
  const [wanted, optional, excluded] = [texts('wanted'), texts('optional'), texts('excluded')];
  if (optional.length > 0 && optional.length < terms.length) {
    throw new LogPatternError(
      pattern,
      'CloudWatch Logs ignores terms with ? beside others; use only such terms, or none',
    );
  }
  return (message) =>
    wanted.every((isIn) => isIn(message)) &&
    !excluded.some((isIn) => isIn(message)) &&
    (optional.length === 0 || optional.some((isIn) => isIn(message)));
}

function containing(text: string): (message: string) => boolean {
  const find = finderOf(text);
  return (message) => find(message, 0) !== -1;
}

function readTerms(pattern: string): Term[] {
  const terms: Term[] = [];
  let rest = pattern.trimStart();
  while (rest !== '') {
    const sign = ROLES[rest.charAt(0)] === undefined ? '' : rest.charAt(0);
    const role = ROLES[sign] ?? 'wanted';
    rest = rest.slice(sign.length);
    const quoted = readQuoted(rest);
    const [plain = ''] = /^\S*/.exec(rest) ?? [];
    if (quoted === undefined) checkPlain(pattern, plain);
    terms.push({ role, text: quoted?.text ?? plain });
    rest = rest.slice(quoted?.length ?? plain.length);
    if (rest !== '' && !/^\s/.test(rest)) {
      throw new LogPatternError(pattern, `a space must follow the term ${JSON.stringify(quoted?.text)}`);
    }
    rest = rest.trimStart();
  }
  return terms;
}

function checkPlain(pattern: string, term: string): void {
  if (term.startsWith('%')) throw new LogPatternError(pattern, NO_REGULAR_EXPRESSIONS);
  if (term.startsWith('"')) throw new LogPatternError(pattern, 'a quotation mark is not closed');
  if (term === '') throw new LogPatternError(pattern, 'a ? or - stands alone; write it before a term, without a space');
  if (!PLAIN_TERM.test(term)) {
    const problem = `Invalid character(s) in term '${term}'; put it in double quotes`;
    throw new LogPatternError(pattern, problem);
  }
}
