import { SynthesisError } from '../../cdk/synthesize.ts';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';

/** How a command ends that threw. */
export interface Ending {
  /** 1: it could not do what it was asked; 2: it was asked in a way that it does not understand. */
  readonly exitCode: 1 | 2;
  /** For stderr. */
  readonly text: string;
}

/** What to tell the user of an error: the message of an expected one, the stack of a bug. */
export function endingOf(error: unknown): Ending {
  if (error instanceof UsageError) return { exitCode: 2, text: `error: ${error.message}` };
  if (error instanceof CommandFailure || error instanceof SynthesisError) {
    return { exitCode: 1, text: `error: ${error.message}` };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, text: `This is a bug of the pipeline command, please report it:\n${stack}` };
}
