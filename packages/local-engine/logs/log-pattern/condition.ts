import { type Condition, compare } from './comparison.ts';
import { LogPatternError } from './errors.ts';
import { compileSelector, type Selector } from './selector.ts';
import { type Token, tokenize } from './tokens.ts';

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
