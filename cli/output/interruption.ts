import { note } from './output.ts';

/** The exit code of a command that was stopped by Ctrl-C. */
const EXIT_CODE = 130;

/** Ends a command that was asked to stop: says so, and sets the exit code. */
export function endInterrupted(text: string): void {
  note(`stopped: ${text}\n`);
  process.exitCode = EXIT_CODE;
}
