import { once } from 'node:events';
import { padToWidth, visible, visibleLines, widthOf } from '../../operations/messages/display.ts';

/**
 * The only way to the terminal; a test checks that. Names, messages and errors may come from anyone who can write to a row, a
 * queue or a log. `display`, `displayId` and `columns` escape such values where a text is made; what was forgotten there is
 * escaped here, except for line breaks.
 */

/** Writes results to stdout: text, or lines of JSON. @returns false if the reader is slow: wait for `drain` */
export function print(text: string): boolean {
  return process.stdout.write(visibleLines(text));
}

const CHARACTERS_PER_WRITE = 65_536;

/**
 * Writes many lines to stdout, many at a time, and no faster than the reader takes them.
 * @param signal ends it early
 * @throws the stream's error, such as EPIPE where the reader has gone
 */
export async function printLines(lines: Iterable<string>, signal?: AbortSignal): Promise<void> {
  let text = '';
  const write = async () => {
    const isTaken = print(text);
    text = '';
    if (!isTaken) await once(process.stdout, 'drain');
  };
  for (const line of lines) {
    if (signal?.aborted) return;
    text += line;
    if (text.length >= CHARACTERS_PER_WRITE) await write();
  }
  if (text !== '') await write();
}

/** Writes to stderr what is not a result: notes, plans, errors. */
export function note(text: string): void {
  process.stderr.write(visibleLines(text));
}

/** One line of JSON for `--json`. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

const GAP = '  ';

/**
 * Lines of text in columns, each as wide as its widest cell. A cell is one line, and escaped.
 * @param texts rows of the same length; the first may be the headings
 */
export function columns(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  const line = (row: readonly string[]) => row.map((cell, index) => padToWidth(cell, widths[index] ?? 0)).join(GAP);
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
