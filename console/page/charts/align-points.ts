import type { LineView } from '../../contract/health.ts';

/** Times in seconds since the Unix epoch, and for each line its value in each period: null where it has none. */
export interface AlignedPoints {
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

interface Span {
  /** The start of a period. */
  readonly from: number;
  readonly to: number;
  readonly periodMs: number;
}

/** Puts the points of lines on the periods of a time, so that a period without a value is a gap. */
export function alignPoints(lines: readonly Pick<LineView, 'points'>[], { from, to, periodMs }: Span): AlignedPoints {
  const size = Math.max(1, Math.ceil((to - from) / periodMs));
  const times = Array.from({ length: size }, (_, index) => (from + index * periodMs) / 1000);
  const values = lines.map(({ points }) => {
    const row: (number | null)[] = Array.from({ length: size }, () => null);
    for (const [at, value] of points) {
      const index = Math.floor((at - from) / periodMs);
      if (index >= 0 && index < size) row[index] = value;
    }
    return row;
  });
  return { times, values };
}

/** The top of the scale: all values and limits are below it. */
export function topOf(values: AlignedPoints['values'], limits: readonly number[]): number {
  let highest = Math.max(0, ...limits);
  // One by one: the values of a month are more than a call takes arguments.
  for (const row of values) for (const value of row) highest = Math.max(highest, value ?? 0);
  return highest === 0 ? 1 : highest * 1.1;
}
