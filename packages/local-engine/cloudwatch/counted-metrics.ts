import type { JournalEntry } from '../journal/journal.ts';
import { STOPPED } from '../lambda/index.ts';
import type { Metric } from './cloudwatch-request.ts';
import type { Sample } from './metric-history.ts';

/** The metrics that AWS would publish for a journal entry. Each entry is counted once, independently of others. */
export function metricsOf(entry: JournalEntry): Sample[] {
  switch (entry.hop) {
    case 'pipe-delivery':
      return entry.execution === undefined ? [] : pipeMetrics(entry);
    case 'rule':
      return entry.matched ? [ruleMetric(entry, 'MatchedEvents'), ruleMetric(entry, 'TriggeredRules')] : [];
    case 'rule-delivery':
      // An attempt that will be retried is not counted.
      if (entry.outcome === 'delivered') return [ruleMetric(entry, 'Invocations')];
      return entry.retryAt === undefined
        ? [ruleMetric(entry, 'Invocations'), ruleMetric(entry, 'FailedInvocations')]
        : [];
    case 'rule-dlq':
      return [ruleMetric(entry, entry.lost ? 'InvocationsFailedToBeSentToDlq' : 'InvocationsSentToDlq')];
    case 'invocation':
      return invocationMetrics(entry);
    case 'log':
      return embeddedMetrics(String(entry.line), entry.at);
    default:
      return [];
  }
}

/** Metrics by their namespace, name and dimensions, one after the other. */
interface Remembered {
  readonly next: Map<string, Remembered>;
  metric?: Metric;
}

/** As many as the history keeps. */
const MOST_REMEMBERED = 1000;

let remembered: Remembered = { next: new Map() };
let rememberedMetrics = 0;

/**
 * The same object for the same metric, so that its history is found by it: samples are many, metrics few.
 * @param dimensions names and values in turn
 */
function metricOf(namespace: string, name: string, dimensions: readonly string[]): Metric {
  let place = remembered;
  for (const step of [namespace, name, ...dimensions]) {
    let next = place.next.get(step);
    if (next === undefined) {
      next = { next: new Map() };
      place.next.set(step, next);
    }
    place = next;
  }
  if (place.metric !== undefined) return place.metric;
  rememberedMetrics += 1;
  const pairs = dimensions.flatMap((value, index) => (index % 2 === 1 ? [[dimensions[index - 1], value]] : []));
  place.metric = { namespace, name, dimensions: Object.fromEntries(pairs) };
  const { metric } = place;
  if (rememberedMetrics > MOST_REMEMBERED) [remembered, rememberedMetrics] = [{ next: new Map() }, 0];
  return metric;
}

/**
 * Records that the filter leaves out do not count as events (recorded on AWS; not documented). The engine's pipes never time out
 * and are never throttled.
 * Source: EventBridge user guide, eb-pipes-monitoring.
 */
function pipeMetrics({ pipe, at, execution }: JournalEntry): Sample[] {
  const { events, refused } = execution as { events: number; refused: number };
  const sample = (name: string, value: number): Sample => ({
    metric: metricOf('AWS/EventBridge/Pipes', name, ['PipeName', String(pipe)]),
    unit: 'None',
    at,
    value,
  });
  return [
    sample('Invocations', 1),
    sample('EventCount', events),
    sample('ExecutionFailed', Number(refused === events)),
    sample('ExecutionPartiallyFailed', Number(refused > 0 && refused < events)),
    sample('ExecutionTimeout', 0),
    sample('ExecutionThrottled', 0),
  ];
}

/** A rule of the default bus has no dimension for its bus. Source: EventBridge user guide, eb-monitoring. */
function ruleMetric({ at, bus, rule }: JournalEntry, name: string): Sample {
  const ofRule = ['RuleName', String(rule)];
  const dimensions = bus === 'default' ? ofRule : ['EventBusName', String(bus), ...ofRule];
  return { metric: metricOf('AWS/Events', name, dimensions), unit: 'Count', at, value: 1 };
}

/** Source: Lambda API reference, Invoke. */
const THROTTLED = 'TooManyRequestsException';

/**
 * The engine throttles nothing by itself: a fault can have it refuse an invocation. An invocation that the engine's stop interrupted does not count.
 * Source: Lambda developer guide, types of metrics.
 */
function invocationMetrics({ functionName, outcome, errorType, durationMs, at }: JournalEntry): Sample[] {
  const isThrottled = outcome === 'refused' && errorType === THROTTLED;
  const isCounted = outcome === 'answered' || outcome === 'failed';
  if ((!isCounted && !isThrottled) || errorType === STOPPED) return [];
  const sample = (name: string, value: number, unit = 'Count'): Sample => ({
    metric: metricOf('AWS/Lambda', name, ['FunctionName', String(functionName)]),
    unit,
    at,
    value,
  });
  // It did not run.
  if (isThrottled) return [sample('Throttles', 1)];
  return [
    sample('Invocations', 1),
    sample('Errors', Number(outcome === 'failed')),
    sample('Throttles', 0),
    sample('Duration', Number(durationMs), 'Milliseconds'),
  ];
}

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
function embeddedMetrics(line: string, at: number): Sample[] {
  const parsed = line.startsWith(BEGINNING) ? parse(line) : undefined;
  const directives = parsed?._aws?.CloudWatchMetrics;
  if (parsed === undefined || !Array.isArray(directives)) return [];
  return (directives as readonly Directive[]).flatMap((directive) => samplesOf(directive, parsed, at));
}

function samplesOf({ Namespace: namespace, Dimensions = [], Metrics = [] }: Directive, line: EmbeddedLine, at: number) {
  return Dimensions.flatMap((names) => {
    const dimensions = names.flatMap((name) => [name, String(line[name])]);
    return Metrics.flatMap(({ Name: name, Unit: unit = 'None' }) =>
      [line[name]]
        .flat()
        .filter((value) => typeof value === 'number')
        .map((value): Sample => ({ metric: metricOf(namespace, name, dimensions), unit, at, value })),
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
