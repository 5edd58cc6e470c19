import { CommanderError } from 'commander';
import { endingOf } from './errors.ts';
import { createProgram } from './program.ts';

// A reader that has enough, such as `head`, ends a command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // A command that has something to put away listens as well, and ends by itself.
  if (process.stdout.listenerCount('error') === 1) process.exit(0);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong, or printed the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { exitCode, text } = endingOf(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}
