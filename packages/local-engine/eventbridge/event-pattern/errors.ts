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
