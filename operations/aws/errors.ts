/** A command could not do what it was asked: exit code 1. Its message is for the person who asked, in one line. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode = 1;
}

/** A command was asked in a way that it does not understand: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** How a command ends that threw. */
export interface Ending {
  readonly exitCode: 1 | 2;
  /** For stderr. */
  readonly text: string;
}

/** What to tell the user of an error: the message of an expected one, the stack of a bug. */
export function endingOf(error: unknown): Ending {
  if (error instanceof CommandFailure || error instanceof UsageError) {
    return { exitCode: error.exitCode, text: `error: ${error.message}` };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, text: `This is a bug of the pipeline command, please report it:\n${stack}` };
}
