/** One measured figure, as it is printed: one line of JSON. */
export interface Figure {
  /** What was measured; the same text in each run. */
  readonly measure: string;
  /** Such as `ms`, `1/s` or `MiB`. */
  readonly unit: string;
  readonly value: number;
  /** The value to reach; with `1/s` at least, with any other unit at most. */
  readonly target?: number;
  /** Whatever explains the value. */
  readonly [detail: string]: unknown;
}

/** Prints a figure. Call it only after the end state was checked. */
export function print(figure: Figure): void {
  console.log(JSON.stringify({ ...figure, value: rounded(figure.value) }));
}

/** The figures of two checkouts side by side: the median of each, and `after` divided by `before`. */
export function compared(before: readonly Figure[], after: readonly Figure[]): Readonly<Record<string, unknown>>[] {
  const old = Map.groupBy(before, ({ measure }) => measure);
  return [...Map.groupBy(after, ({ measure }) => measure)].map(([measure, figures]) => {
    const valueBefore = median((old.get(measure) ?? []).map(({ value }) => value));
    const valueAfter = median(figures.map(({ value }) => value));
    const { unit, target } = figures[0] as Figure;
    const ratio = Math.round((valueAfter / valueBefore) * 1000) / 1000;
    return {
      compared: measure,
      unit,
      before: valueBefore,
      after: valueAfter,
      ratio,
      ...(target !== undefined && { target }),
    };
  });
}

/** The middle value; NaN without values, which JSON prints as null. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share such as 0.99 for the value that 99 of 100 do not exceed */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
