import { visibleLines } from '../../operations/messages/display.ts';

/**
 * Where everything goes out that a command prints. Names, messages and errors come from anybody who may write to a row, a queue or a
 * log. They are made visible where they are put into words, by `display`, `displayId` or `columns`; what was forgotten there is
 * made so here, but for line breaks. A test sees to it that no file of the operator writes to the terminal by itself.
 */

/** Writes results to stdout: text, or lines of JSON. @returns false if the reader is behind: `drain` comes when it is not */
export function print(text: string): boolean {
  return process.stdout.write(visibleLines(text));
}

/** Writes to stderr what is no result: notes, plans, errors. */
export function note(text: string): void {
  process.stderr.write(visibleLines(text));
}

/** One line of JSON for `--json`. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
