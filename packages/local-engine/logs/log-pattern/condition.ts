import { compilePieces } from '../../core/wildcard.ts';

/** Whether the condition holds for a line's JSON. */
type Condition = (root: unknown) => boolean;

/** What may follow IS. */
const STATES: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };

const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/**
 * What stands between the braces of a pattern: comparisons, joined by `&&`, which binds closer, and `||`, with parentheses.
 * @throws LogPatternError
 */
export function compileCondition(text: string): Condition {
  const pattern = text.trim();
  const tokens = tokenize(pattern);
  let next = 0;
  const take = (kind: Token['kind'], wanted?: string): string | undefined => {
    const token = tokens[next];
    if (token?.kind !== kind || (wanted !== undefined && token.text !== wanted)) return undefined;
    next += 1;
    return token.text;
  };
  const expected = (what: string) => {
    const found = tokens[next]?.text;
    const where = found === undefined ? 'it ends' : `it has ${JSON.stringify(found)}`;
    return new LogPatternError(pattern, `${where} where ${what} must be`);
  };
  const anyOf = (): Condition => {
    const conditions = [allOf()];
    while (take('sign', '||')) conditions.push(allOf());
    return (root) => conditions.some((holds) => holds(root));
  };
  const allOf = (): Condition => {
    const conditions = [one()];
    while (take('sign', '&&')) conditions.push(one());
    return (root) => conditions.every((holds) => holds(root));
  };
  const one = (): Condition => {
    if (take('sign', '(')) {
      const condition = anyOf();
      if (!take('sign', ')')) throw expected(')');
      return condition;
    }
    const selector = take('selector');
    if (selector === undefined) throw expected('a selector such as $.level, or (');
    return statementAbout(compileSelector(selector));
  };
  const statementAbout = (select: Selector): Condition => {
    const word = take('word');
    if (word === 'NOT' && take('word') === 'EXISTS') return (root) => select(root) === undefined;
    const state = word === 'IS' ? (take('word') ?? '') : '';
    if (Object.hasOwn(STATES, state)) return (root) => select(root) === STATES[state];
    if (word !== undefined) {
      throw new LogPatternError(pattern, 'after a selector, words are IS NULL, IS TRUE, IS FALSE and NOT EXISTS');
    }
    const operator = OPERATORS.has(tokens[next]?.text ?? '') ? take('sign') : undefined;
    if (operator === undefined) throw expected('=, !=, <, <=, > or >=');
    const quoted = take('quoted');
    const operand = quoted ?? take('word');
    if (operand === undefined) throw expected(`a value after ${operator}`);
    return compare(select, operator, operand, quoted !== undefined);
  };
  const condition = anyOf();
  if (next < tokens.length) throw expected('&&, || or the end');
  return condition;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const ORDER: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/**
 * A comparison of the selected value with a text or a number. It holds only for strings and numbers: if the selector
 * finds nothing or another type, neither `=` nor `!=` holds.
 * Source: CloudWatch Logs user guide, JSON special considerations and numeric comparisons; that `!=` does not hold for a
 * missing field is how AWS's own examples, which ask for NOT EXISTS besides, can be read.
 * @param isQuoted a number in quotes is a text
 * @throws LogPatternError
 */
function compare(select: Selector, operator: string, operand: string, isQuoted: boolean): Condition {
  const number = !isQuoted && NUMBER.test(operand) ? Number(operand) : undefined;
  const inOrder = ORDER[operator];
  if (inOrder !== undefined) {
    if (number === undefined)
      throw new LogPatternError(operand, `${operator} compares numbers; write one without quotes`);
    return ofValue(select, (value) => typeof value === 'number' && inOrder(value, number));
  }
  const isText = textMatcher(operand);
  // Unquoted digits also stand for a string of digits, such as an account id.
  const equals = (value: string | number) =>
    number !== undefined && typeof value === 'number' ? value === number : isText(String(value));
  return ofValue(select, operator === '=' ? equals : (value) => !equals(value));
}

function ofValue(select: Selector, holds: (value: string | number) => boolean): Condition {
  return (root) => {
    const value = select(root);
    return (typeof value === 'string' || typeof value === 'number') && holds(value);
  };
}

/** An asterisk at the beginning or at the end stands for any text; in the middle it is one. */
function textMatcher(operand: string): (text: string) => boolean {
  if (operand === '*') return () => true;
  const [isOpenAtStart, isOpenAtEnd] = [operand.startsWith('*'), operand.endsWith('*')];
  const literal = operand.slice(isOpenAtStart ? 1 : 0, isOpenAtEnd ? -1 : undefined);
  return compilePieces([...(isOpenAtStart ? [''] : []), literal, ...(isOpenAtEnd ? [''] : [])]);
}

/** Reads the value that a selector points to; undefined where there is none. */
type Selector = (root: unknown) => unknown;

const STEP = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]/uy;

/**
 * A selector such as `$.users[0].id`: names of letters, digits, `-` and `_`, and places in arrays.
 * Source: CloudWatch Logs user guide, property selectors.
 * @throws LogPatternError
 */
function compileSelector(text: string): Selector {
  const steps: (string | number)[] = [];
  let end = 1;
  while (end < text.length) {
    STEP.lastIndex = end;
    const [whole, name, index] = STEP.exec(text) ?? [];
    if (whole === undefined) {
      const problem = `${text} is not a selector; a selector has the form $.name.name[0], of letters, digits, - and _`;
      throw new LogPatternError(text, problem);
    }
    steps.push(name ?? Number(index));
    end += whole.length;
  }
  if (steps.length === 0) throw new LogPatternError(text, '$ alone selects nothing; write $.name');
  return (root) => steps.reduce<unknown>(step, root);
}

function step(value: unknown, to: string | number): unknown {
  if (typeof to === 'number') return Array.isArray(value) ? value[to] : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, to) ? (value as Readonly<Record<string, unknown>>)[to] : undefined;
}

/** One piece of a condition: a sign such as `&&`, a selector such as `$.a.b`, a quoted text, or a bare word. */
interface Token {
  readonly kind: 'sign' | 'selector' | 'word' | 'quoted';
  readonly text: string;
}

/** Source: CloudWatch Logs user guide: strings of other characters than letters and digits must be quoted. */
const FORMS = [
  ['sign', /^(?:&&|\|\||!=|<=|>=|[=<>()])/],
  ['selector', /^\$[^\s()=!<>&|]*/],
  ['word', /^[\p{L}\p{N}_.*+:/-]+/u],
] as const;

/** @throws LogPatternError for what is no piece of a condition */
function tokenize(condition: string): Token[] {
  const tokens: Token[] = [];
  for (let rest = condition; rest !== ''; ) {
    const [token, length] = readToken(condition, rest);
    tokens.push(token);
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

function readToken(condition: string, rest: string): [Token, length: number] {
  for (const [kind, form] of FORMS) {
    const text = form.exec(rest)?.[0];
    if (text !== undefined) return [{ kind, text }, text.length];
  }
  const quoted = readQuoted(rest);
  if (quoted !== undefined) return [{ kind: 'quoted', text: quoted.text }, quoted.length];
  if (rest.startsWith('%')) throw new LogPatternError(condition, NO_REGULAR_EXPRESSIONS);
  if (rest.startsWith('"')) throw new LogPatternError(condition, 'a quotation mark is not closed');
  throw new LogPatternError(condition, `${JSON.stringify(rest.charAt(0))} must be in double quotes`);
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
