import { displayWidth, padToWidth, visible } from '../../operations/messages/display.ts';

/** Between two columns. */
const GAP = '  ';

/**
 * Lines of text in columns, each as wide as its widest cell. A cell is one line, and made visible.
 * @param texts of the same length; the first may be the headings
 */
export function columns(texts: readonly (readonly string[])[]): string {
  const rows = texts.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  const line = (row: readonly string[]) => row.map((cell, index) => padToWidth(cell, widths[index] ?? 0)).join(GAP);
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
