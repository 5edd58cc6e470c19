import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EVENTS_FAILED, EVENTS_HANDLED, METRICS_NAMESPACE } from '../../services/shared/metric-names.ts';
import type { OnStack } from '../deployed/stack.ts';
import { isSum, type Point, readPoints, type WantedMetric } from '../metrics/index.ts';
import type { FlowPicture, FlowSubscriber } from './flow-picture.ts';

/** Numbers are of the last minutes. CloudWatch counts by whole minutes, so that up to a minute more is in them. */
export const WINDOW_MS = 5 * 60_000;

const MINUTE_MS = 60_000;

/** What goes through a part, as far as CloudWatch has a value; a part without any was never used. */
export interface PartNumbers {
  /** Events in the last minutes. */
  readonly count?: number;
  /** Since the reading began, for rates. */
  readonly total?: number;
  /** Attempts that failed in the last minutes. */
  readonly failed?: number;
  /** Events that wait, or are worked on, now. */
  readonly waiting?: number;
  /** Of the oldest that waits, in seconds. */
  readonly oldestSeconds?: number;
}

/** What a number is the sum of. */
interface Wanted extends WantedMetric {
  readonly part: string;
  readonly field: 'count' | 'failed' | 'waiting' | 'oldestSeconds';
}

/** The names of parts: `pipe TYPE` for the pipe of an event, `pipe dlq`, and for each subscriber `rule NAME`, `queue NAME`, `function NAME`, `dlq NAME`. */
export type Parts = ReadonlyMap<string, PartNumbers>;

/**
 * The numbers of each part.
 * @param since when the reading began, in milliseconds since the Unix epoch
 * @param now the same
 */
export async function readNumbers(
  { clients, stack }: OnStack,
  picture: FlowPicture,
  { since, now }: { readonly since: number; readonly now: number },
): Promise<Parts> {
  const wanted = [
    ...picture.pipes.flatMap(metricsOfPipe),
    ...metricsOfQueue('pipe dlq', picture.pipeDlq),
    ...picture.subscribers.flatMap((subscriber) => metricsOfSubscriber(subscriber, picture.bus, stack.name)),
  ];
  const from = beginOf(Math.min(since, now) - WINDOW_MS);
  const points = await readPoints(clients.of(CloudWatchClient), wanted, { from, to: now + 1 });
  const parts = new Map<string, Record<string, number>>();
  for (const [{ part, field, statistic }, found] of points) {
    const numbers = parts.get(part) ?? {};
    parts.set(part, numbers);
    if (found.length === 0) continue;
    const isSummed = isSum(statistic);
    add(numbers, field, isSummed ? sumSince(found, beginOf(now - WINDOW_MS)) : (found.at(-1)?.[1] ?? 0));
    if (field === 'count') add(numbers, 'total', sumSince(found, from));
  }
  return parts;
}

function add(numbers: Record<string, number>, field: string, value: number): void {
  numbers[field] = (numbers[field] ?? 0) + value;
}

function sumSince(points: readonly Point[], from: number): number {
  return points.reduce((sum, [at, value]) => (at >= from ? sum + value : sum), 0);
}

function beginOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

/** Source: EventBridge user guide, eb-pipes-monitoring. */
function metricsOfPipe(pipe: FlowPicture['pipes'][number]): Wanted[] {
  const of = (name: string, field: Wanted['field']) =>
    sum(`pipe ${pipe.type}`, field, { namespace: 'AWS/EventBridge/Pipes', name, dimensions: { PipeName: pipe.name } });
  return [of('EventCount', 'count'), of('ExecutionFailed', 'failed'), of('ExecutionPartiallyFailed', 'failed')];
}

/** Source: EventBridge user guide, eb-monitoring; Lambda developer guide, types of metrics; the names in `metric-names.ts`. */
function metricsOfSubscriber(subscriber: FlowSubscriber, bus: string, stack: string): Wanted[] {
  const { name: service, rule, queue, dlq } = subscriber;
  const rules = { namespace: 'AWS/Events', dimensions: { EventBusName: bus, RuleName: rule } };
  const services = { namespace: `${METRICS_NAMESPACE}/${stack}`, dimensions: { service } };
  const functions = { namespace: 'AWS/Lambda', dimensions: { FunctionName: subscriber.function } };
  return [
    sum(`rule ${service}`, 'count', { ...rules, name: 'MatchedEvents' }),
    sum(`rule ${service}`, 'failed', { ...rules, name: 'FailedInvocations' }),
    ...metricsOfQueue(`queue ${service}`, queue),
    sum(`function ${service}`, 'count', { ...services, name: EVENTS_HANDLED }),
    sum(`function ${service}`, 'failed', { ...services, name: EVENTS_FAILED }),
    sum(`function ${service}`, 'failed', { ...functions, name: 'Errors' }),
    ...metricsOfQueue(`dlq ${service}`, dlq),
  ];
}

/** Source: SQS developer guide, available CloudWatch metrics. */
function metricsOfQueue(part: string, QueueName: string): Wanted[] {
  const of = (name: string, field: Wanted['field']): Wanted => ({
    part,
    field,
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName },
    statistic: 'Maximum',
    periodSeconds: 60,
  });
  return [
    of('ApproximateNumberOfMessagesVisible', 'waiting'),
    of('ApproximateNumberOfMessagesDelayed', 'waiting'),
    of('ApproximateNumberOfMessagesNotVisible', 'waiting'),
    of('ApproximateAgeOfOldestMessage', 'oldestSeconds'),
  ];
}

function sum(
  part: string,
  field: Wanted['field'],
  metric: Pick<WantedMetric, 'namespace' | 'name' | 'dimensions'>,
): Wanted {
  return { part, field, ...metric, statistic: 'Sum', periodSeconds: 60 };
}
