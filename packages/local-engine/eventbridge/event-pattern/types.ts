/** A JSON value that is neither object nor array: the only kind a pattern compares. */
export type Scalar = string | number | boolean | null;

/** Does one value of the event satisfy one entry of a pattern's array? */
export type ValueTest = (value: Scalar) => boolean;

/** Rules and pipes share one pattern language, of which pipes know less. */
export type Dialect = 'rules' | 'pipes';

/** What the parser must know beside the expression itself. */
export interface Context {
  /** Dotted path of the field, for error messages. */
  readonly path: string;
  readonly dialect: Dialect;
  /** Is the older grammar in force, in which `$or` is an ordinary field name? See parse.ts. */
  readonly legacy: boolean;
}

/** One field of a pattern: the values any one of which it accepts. */
export interface FieldPattern {
  readonly path: string;
  /** Values compared as they are. */
  readonly literals: ReadonlySet<Scalar>;
  readonly tests: readonly ValueTest[];
  /** `{"exists": false}` is among the entries: no value at all is accepted too. */
  readonly acceptsAbsence: boolean;
}

/** Fields that must all match, sorted by path: the order in which the engine visits them. */
export type Branch = readonly FieldPattern[];

/** A pattern that AWS would refuse. The message says where, what is wrong, and what is allowed. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
  /** Dotted path of the field at fault; empty for the pattern as a whole. */
  readonly path: string;
  /** What is wrong, without the path. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Invalid event pattern${path === '' ? '' : ` at "${path}"`}: ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}

const SHOWN = 80;

/** A value as it reads in an error message or a journal line: JSON, cut when long. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json;
}
