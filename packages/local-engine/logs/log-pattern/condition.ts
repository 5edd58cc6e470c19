import { compilePieces } from '../../core/wildcard.ts';
import { LogPatternError, NO_REGULAR_EXPRESSIONS, readQuoted } from './terms.ts';

/** What may follow IS. */
const STATES: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };

const OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/**
 * What stands between the braces of a pattern: comparisons, joined by `&&`, which binds closer, and `||`, with parentheses.
 * @throws LogPatternError
 */
export function compileCondition(text: string): Condition {
  return new ConditionParser(text).parse();
}

class ConditionParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text.trim();
    this.#tokens = tokenize(this.#text);
  }

  parse(): Condition {
    const condition = this.#anyOf();
    if (this.#next < this.#tokens.length) throw this.#expected('&&, || or the end');
    return condition;
  }

  #anyOf(): Condition {
    const conditions = [this.#allOf()];
    while (this.#takeSign('||')) conditions.push(this.#allOf());
    return (root) => conditions.some((holds) => holds(root));
  }

  #allOf(): Condition {
    const conditions = [this.#one()];
    while (this.#takeSign('&&')) conditions.push(this.#one());
    return (root) => conditions.every((holds) => holds(root));
  }

  #one(): Condition {
    if (this.#takeSign('(')) {
      const condition = this.#anyOf();
      if (!this.#takeSign(')')) throw this.#expected(')');
      return condition;
    }
    const token = this.#take('selector');
    if (token === undefined) throw this.#expected('a selector such as $.level, or (');
    return this.#statementAbout(compileSelector(token.text));
  }

  #statementAbout(select: Selector): Condition {
    const word = this.#take('word')?.text;
    if (word === 'NOT' && this.#take('word')?.text === 'EXISTS') return (root) => select(root) === undefined;
    if (word === 'IS') {
      const state = this.#take('word')?.text ?? '';
      if (Object.hasOwn(STATES, state)) return (root) => select(root) === STATES[state];
    }
    if (word !== undefined) {
      throw new LogPatternError(this.#text, 'after a selector, words are IS NULL, IS TRUE, IS FALSE and NOT EXISTS');
    }
    const operator = this.#take('sign')?.text ?? '';
    if (!OPERATORS.has(operator)) {
      this.#next -= operator === '' ? 0 : 1;
      throw this.#expected('=, !=, <, <=, > or >=');
    }
    const operand = this.#take('quoted') ?? this.#take('word');
    if (operand === undefined) throw this.#expected(`a value after ${operator}`);
    return compare(select, operator, operand.text, operand.kind === 'quoted');
  }

  #take(kind: Token['kind']): Token | undefined {
    const token = this.#tokens[this.#next];
    if (token?.kind !== kind) return undefined;
    this.#next += 1;
    return token;
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #expected(what: string): LogPatternError {
    const found = this.#tokens[this.#next]?.text;
    const where = found === undefined ? 'it ends' : `it has ${JSON.stringify(found)}`;
    return new LogPatternError(this.#text, `${where} where ${what} must be`);
  }
}

/** Whether the condition holds for a line's JSON. */
export type Condition = (root: unknown) => boolean;

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
export function compare(select: Selector, operator: string, operand: string, isQuoted: boolean): Condition {
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
export type Selector = (root: unknown) => unknown;

const STEP = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]/uy;

/**
 * A selector such as `$.users[0].id`: names of letters, digits, `-` and `_`, and places in arrays.
 * Source: CloudWatch Logs user guide, property selectors.
 * @throws LogPatternError
 */
export function compileSelector(text: string): Selector {
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
  throw new LogPatternError(condition, `${JSON.stringify(rest.charAt(0))} must be in double quotes`);
}
