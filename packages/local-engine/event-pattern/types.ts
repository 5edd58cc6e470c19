/** A JSON value that is neither object nor array: the only kind of value that a pattern compares. */
export type Scalar = string | number | boolean | null;

/** Does one value of the event satisfy one entry of a pattern's array? */
export type ValueTest = (value: Scalar) => boolean;

/** Rules and pipes share one pattern language; pipes support a part of it. */
export type Dialect = 'rules' | 'pipes';

/** The field that an entry is in, and the grammar. */
export interface FieldContext {
  /** Dotted, for error messages. */
  readonly path: string;
  readonly dialect: Dialect;
  /** Whether the older grammar applies, in which `$or` is an ordinary field name. See parsePattern. */
  readonly legacy: boolean;
}

/** One field of a pattern. It accepts a value that one of its entries accepts. */
export interface FieldPattern {
  readonly path: string;
  /** Values compared as they are. */
  readonly literals: ReadonlySet<Scalar>;
  readonly tests: readonly ValueTest[];
  /** `{"exists": false}` is among the entries: the field may be missing. */
  readonly acceptsAbsence: boolean;
}

/** Fields that must all match, sorted by path: the order in which the engine visits them. */
export type Branch = readonly FieldPattern[];

/** A pattern that AWS would refuse. The message says where, what is wrong, and what is allowed. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
  /** Dotted path of the invalid field; empty for the pattern as a whole. */
  readonly path: string;
  /** What is wrong, without the path. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Invalid event pattern${path === '' ? '' : ` at "${path}"`}: ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}

/** @param field the one whose pattern is wrong */
export function invalid({ path }: Pick<FieldContext, 'path'>, problem: string): InvalidEventPatternError {
  return new InvalidEventPatternError(path, problem);
}

const SHOWN = 80;

/** A value for an error message or a journal line: JSON, cut when long. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json;
}
