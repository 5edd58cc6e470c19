const WIDTH = 72;
const HEIGHT = 8;

/** A point of a curve. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * A curve in text, with the least and the largest value at its side. A column shows the largest value in its part of the time: the
 * lower end is 0, so that what is flat looks flat.
 * @param unit makes a text of a value
 */
export function chart(title: string, points: readonly Place[], unit: (value: number) => string): string {
  if (points.length === 0) return `${title}: no samples\n`;
  const end = Math.max(...points.map(({ x }) => x), 1);
  const most = Math.max(...points.map(({ y }) => y), 1);
  const columns: (number | undefined)[] = Array.from({ length: WIDTH });
  for (const { x, y } of points) {
    const column = Math.min(WIDTH - 1, Math.floor((x / end) * WIDTH));
    columns[column] = Math.max(columns[column] ?? 0, y);
  }
  const labels = [unit(most), unit(0)];
  const margin = Math.max(...labels.map((label) => label.length));
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const level = HEIGHT - row;
    const label = row === 0 ? unit(most) : row === HEIGHT - 1 ? unit(0) : '';
    const marks = columns.map((value) => mark(value, (level - 1) / HEIGHT, level / HEIGHT, most));
    return `${label.padStart(margin)} │${marks.join('').trimEnd()}`;
  });
  return [title, ...rows, `${' '.repeat(margin)} └${'─'.repeat(WIDTH)}`, ''].join('\n');
}

function mark(value: number | undefined, from: number, to: number, most: number): string {
  if (value === undefined) return ' ';
  const share = value / most;
  if (share >= to) return '█';
  return share >= from && share > 0 ? '▄' : ' ';
}
