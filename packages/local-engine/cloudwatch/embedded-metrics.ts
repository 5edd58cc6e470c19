import type { Sample } from './metric-history.ts';

/** How a line in the embedded metric format begins, as Powertools writes it. */
const BEGINNING = '{"_aws":';

/** The part of the format that is read; of a function's line any part may be missing. */
interface EmbeddedLine {
  readonly _aws?: { readonly CloudWatchMetrics?: readonly Directive[] };
  readonly [member: string]: unknown;
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string; readonly Unit?: string }[];
}

/**
 * The metrics that a function's log line holds. A line that is not in the format has none, as on AWS.
 * Source: CloudWatch user guide, embedded metric format specification.
 * @param at milliseconds since the Unix epoch at which the line came: by the engine's clock, which may not be the function's
 */
export function embeddedMetrics(line: string, at: number): Sample[] {
  const parsed = line.startsWith(BEGINNING) ? parse(line) : undefined;
  const directives = parsed?._aws?.CloudWatchMetrics;
  if (parsed === undefined || !Array.isArray(directives)) return [];
  return (directives as readonly Directive[]).flatMap((directive) => samplesOf(directive, parsed, at));
}

function samplesOf({ Namespace: namespace, Dimensions = [], Metrics = [] }: Directive, line: EmbeddedLine, at: number) {
  return Dimensions.flatMap((names) => {
    const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
    return Metrics.flatMap(({ Name: name, Unit: unit = 'None' }) =>
      [line[name]]
        .flat()
        .filter((value) => typeof value === 'number')
        .map((value): Sample => ({ metric: { namespace, name, dimensions }, unit, at, value })),
    );
  });
}

function parse(line: string): EmbeddedLine | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // cut off: CloudWatch takes no metric from it either
  }
}
