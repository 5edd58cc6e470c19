import { CommanderError } from 'commander';
import { ClosedReader } from './closed-reader.ts';
import { endingOf } from './errors.ts';
import { createProgram } from './program.ts';

// A reader that has enough, such as `head`, ends a command quietly.
const closedReader = new ClosedReader(process.stdout, () => process.exit(0));

try {
  await createProgram().parseAsync();
} catch (error) {
  if (closedReader.isBehind(error)) {
    process.exitCode = 0;
  } else if (error instanceof CommanderError) {
    // Commander has said what is wrong, or printed the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { exitCode, text } = endingOf(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}
