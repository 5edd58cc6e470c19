import { LogPatternError, NO_REGULAR_EXPRESSIONS } from './errors.ts';
import { readQuoted } from './quoted.ts';

/** One piece of a condition: a sign such as `&&`, a selector such as `$.a.b`, a quoted text, or a bare word. */
export interface Token {
  readonly kind: 'sign' | 'selector' | 'word' | 'quoted';
  readonly text: string;
}

const SIGN = /^(?:&&|\|\||!=|<=|>=|[=<>()])/;
const SELECTOR = /^\$[^\s()=!<>&|]*/;
/** Source: CloudWatch Logs user guide: strings of other characters than letters and digits must be quoted. */
const WORD = /^[\p{L}\p{N}_.*+:/-]+/u;

/** @throws LogPatternError for what is no piece of a condition */
export function tokenize(condition: string): Token[] {
  const tokens: Token[] = [];
  let rest = condition.trimStart();
  while (rest !== '') {
    const [token, length] = readToken(condition, rest);
    tokens.push(token);
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

function readToken(condition: string, rest: string): [Token, length: number] {
  for (const [kind, form] of [
    ['sign', SIGN],
    ['selector', SELECTOR],
    ['word', WORD],
  ] as const) {
    const text = form.exec(rest)?.[0];
    if (text !== undefined) return [{ kind, text }, text.length];
  }
  const quoted = readQuoted(rest);
  if (quoted !== undefined) return [{ kind: 'quoted', text: quoted.text }, quoted.length];
  if (rest.startsWith('%')) throw new LogPatternError(condition, NO_REGULAR_EXPRESSIONS);
  if (rest.startsWith('"')) throw new LogPatternError(condition, 'a quotation mark is not closed');
  throw new LogPatternError(condition, `${JSON.stringify(rest.charAt(0))} must stand in double quotes`);
}
