import { finderOf } from '../../core/wildcard.ts';

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
export function compileTerms(pattern: string): (message: string) => boolean {
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

/** A text in double quotes at the start of `source`, and how long it is with them; undefined if it does not end. */
export function readQuoted(source: string): { readonly text: string; readonly length: number } | undefined {
  const found = /^"((?:[^"\\]|\\.)*)"/s.exec(source);
  if (found === null) return undefined;
  // A backslash keeps a quote, or another backslash, from having its meaning.
  return { text: (found[1] ?? '').replace(/\\(["\\])/g, '$1'), length: found[0].length };
}

/** A filter pattern that CloudWatch Logs would refuse, or that the engine does not implement. */
export class LogPatternError extends Error {
  override readonly name = 'LogPatternError';

  /** @param problem what is wrong, and what would be right */
  constructor(pattern: string, problem: string) {
    super(`Invalid filter pattern ${JSON.stringify(pattern)}: ${problem}.`);
  }
}

export const NO_REGULAR_EXPRESSIONS = 'regular expressions (%…%) are not implemented here';
