/** A filter pattern that CloudWatch Logs would refuse, or that the engine does not implement. */
export class LogPatternError extends Error {
  override readonly name = 'LogPatternError';

  /** @param problem what is wrong, and what would be right */
  constructor(pattern: string, problem: string) {
    super(`Invalid filter pattern ${JSON.stringify(pattern)}: ${problem}.`);
  }
}

export const NO_REGULAR_EXPRESSIONS = 'regular expressions (%…%) are not implemented here';
