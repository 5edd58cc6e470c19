import { jest } from '@jest/globals';

/** One line that Powertools wrote: a log line, or metrics in the embedded metric format. */
export type OutputLine = Record<string, unknown>;

export interface CapturedOutput {
  /** Log lines of a level, such as `ERROR`. */
  log(level: string): OutputLine[];
  /** All that was counted for a metric. */
  metric(name: string): number;
  /** The unit of every metric that was written, by its name. One that came in two units has both. */
  units(): Readonly<Record<string, string>>;
  /** The dimensions of all metrics. */
  dimensions(): unknown[];
}

/** Source: CloudWatch user guide, embedded metric format specification. */
interface EmbeddedMetrics {
  readonly CloudWatchMetrics: readonly {
    readonly Dimensions: readonly unknown[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
  }[];
}

/** Runs `work` and returns what was written to the standard streams meanwhile, one JSON object a line. */
export async function captureOutput(work: () => Promise<unknown>): Promise<CapturedOutput> {
  const written: string[] = [];
  const write = (chunk: unknown) => written.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(write));
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const lines = written.join('').split('\n').filter(Boolean);
  const parsed = lines.map((line) => JSON.parse(line) as OutputLine);
  const metrics = parsed.filter((line) => '_aws' in line);
  const definitions = metrics.flatMap((line) =>
    (line._aws as EmbeddedMetrics).CloudWatchMetrics.flatMap(({ Metrics }) => Metrics),
  );
  return {
    units: () => {
      const byName = Map.groupBy(definitions, ({ Name }) => Name);
      const unitsOf = (all: typeof definitions) => [...new Set(all.map(({ Unit }) => Unit))].join(' and ');
      return Object.fromEntries([...byName].map(([name, all]) => [name, unitsOf(all)]));
    },
    log: (level) => parsed.filter((line) => line.level === level),
    metric: (name) => metrics.flatMap((line) => (line[name] ?? []) as number | number[]).reduce((sum, n) => sum + n, 0),
    dimensions: () =>
      metrics.flatMap((line) => (line._aws as EmbeddedMetrics).CloudWatchMetrics.flatMap((m) => m.Dimensions)),
  };
}
