import { CommanderError } from '@commander-js/extra-typings';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';
import { note } from './output.ts';

/** Runs the command that the arguments of this process name, and sets the exit code. */
export async function runProgram(program: { parseAsync(): Promise<unknown> }): Promise<void> {
  // A reader that has enough, such as `head`, ends a command quietly.
  const closedReader = new ClosedReader(process.stdout, () => process.exit(0));
  try {
    await program.parseAsync();
  } catch (error) {
    if (closedReader.isBehind(error)) {
      process.exitCode = 0;
    } else if (error instanceof CommanderError) {
      // Commander has printed what is wrong, or the help.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const { exitCode, text } = endingOf(error);
      note(`${text}\n`);
      process.exitCode = exitCode;
    }
  }
}

/** How a command ends that threw. */
export interface Ending {
  /** 1: it could not do what it was asked; 2: wrong usage. */
  readonly exitCode: 1 | 2;
  /** For stderr. */
  readonly text: string;
}

/** What to print of an error: the message of an expected one, the stack of a bug. */
export function endingOf(error: unknown): Ending {
  if (error instanceof UsageError) return { exitCode: 2, text: `error: ${error.message}` };
  if (error instanceof CommandFailure) return { exitCode: 1, text: `error: ${error.message}` };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, text: `This is a bug in the pipeline command, please report it:\n${stack}` };
}

/** Recognizes the error of a stream whose reader has gone, such as `head` when it has enough. */
export class ClosedReader {
  #error: NodeJS.ErrnoException | undefined;

  /**
   * @param end ends the command. Called only if nothing else listens for the error: a listener has something to clean up, or
   * waits for `drain`, and then ends by itself or throws the stream's error.
   * @throws any other error of the stream
   */
  constructor(stream: NodeJS.EventEmitter, end: () => void) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#error = error;
      if (stream.listenerCount('error') === 1) end();
    });
  }

  /** Whether this is the error of the closed reader; a broken connection to AWS has the same code. */
  isBehind(error: unknown): boolean {
    return error !== undefined && error === this.#error;
  }
}
