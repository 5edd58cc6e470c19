import type { JournalEntry } from '../journal/journal.ts';
import { STOPPED } from '../lambda/lambda-environment.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import type { Sample } from './metric-history.ts';

/** What happened at a hop, as the metrics that AWS would send of it. Nothing looks back: each entry is counted once, for itself. */
export function metricsOf(entry: JournalEntry): Sample[] {
  switch (entry.hop) {
    case 'pipe-delivery':
      return entry.execution === undefined ? [] : pipeMetrics(entry);
    case 'rule':
      return entry.matched ? [ruleMetric(entry, 'MatchedEvents'), ruleMetric(entry, 'TriggeredRules')] : [];
    case 'rule-delivery':
      // An attempt that is repeated is not counted.
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

/**
 * Records that the filter leaves out do not count as events: a recording on AWS says so, and the documentation nothing. No pipe
 * of the engine takes too long or is throttled.
 * Source: EventBridge user guide, eb-pipes-monitoring.
 */
function pipeMetrics({ pipe, at, execution }: JournalEntry): Sample[] {
  const { events, refused } = execution as { events: number; refused: number };
  const sample = (name: string, value: number): Sample => ({
    metric: { namespace: 'AWS/EventBridge/Pipes', name, dimensions: { PipeName: String(pipe) } },
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
  const dimensions = { ...(bus !== 'default' && { EventBusName: String(bus) }), RuleName: String(rule) };
  return { metric: { namespace: 'AWS/Events', name, dimensions }, unit: 'Count', at, value: 1 };
}

/**
 * Nothing is throttled here. An invocation that the engine's own end cut short was none.
 * Source: Lambda developer guide, types of metrics.
 */
function invocationMetrics({ functionName, outcome, errorType, durationMs, at }: JournalEntry): Sample[] {
  if ((outcome !== 'answered' && outcome !== 'failed') || errorType === STOPPED) return [];
  const sample = (name: string, value: number, unit = 'Count'): Sample => ({
    metric: { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: String(functionName) } },
    unit,
    at,
    value,
  });
  return [
    sample('Invocations', 1),
    sample('Errors', Number(outcome === 'failed')),
    sample('Throttles', 0),
    sample('Duration', Number(durationMs), 'Milliseconds'),
  ];
}
