import { CommanderError } from '@commander-js/extra-typings';
import { ClosedReader } from './closed-reader.ts';
import { endingOf } from './ending.ts';
import { note } from './output.ts';

/** Runs the command that stands in the arguments of this process, and ends it with what came of that. */
export async function runProgram(program: { parseAsync(): Promise<unknown> }): Promise<void> {
  // A reader that has enough, such as `head`, ends a command quietly.
  const closedReader = new ClosedReader(process.stdout, () => process.exit(0));

  try {
    await program.parseAsync();
  } catch (error) {
    if (closedReader.isBehind(error)) {
      process.exitCode = 0;
    } else if (error instanceof CommanderError) {
      // Commander has said what is wrong, or printed the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const { exitCode, text } = endingOf(error);
      note(`${text}\n`);
      process.exitCode = exitCode;
    }
  }
}
