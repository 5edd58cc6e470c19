import { type Account, arnOf } from '../core/account.ts';
import type { Queue, Queues } from '../sqs/index.ts';
import type { Metric } from './cloudwatch-request.ts';

/** The current value of a metric. */
export interface Measurement {
  readonly value: number;
  readonly unit: 'Count' | 'Seconds';
}

type Measure = (queue: Queue, now: number) => Measurement;

/** Metrics of the namespace AWS/SQS. Source: SQS developer guide, available CloudWatch metrics for Amazon SQS. */
const METRICS: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['ApproximateAgeOfOldestMessage', (queue, now) => ({ value: ageOfOldest(queue, now), unit: 'Seconds' })],
  ['ApproximateNumberOfMessagesDelayed', ({ delayed }) => ({ value: delayed, unit: 'Count' })],
  ['ApproximateNumberOfMessagesNotVisible', ({ inFlight }) => ({ value: inFlight, unit: 'Count' })],
  ['ApproximateNumberOfMessagesVisible', ({ visible }) => ({ value: visible, unit: 'Count' })],
]);

/**
 * The current metrics of this account's queues.
 * @param now in Unix epoch milliseconds
 * @returns undefined for an unknown metric
 */
export function measureQueues(
  { queues, account }: { queues: Queues; account: Account },
  { namespace, name, dimensions }: Metric,
  now: number,
): Measurement | undefined {
  const { QueueName, ...others } = dimensions;
  if (namespace !== 'AWS/SQS' || QueueName === undefined || Object.keys(others).length > 0) return undefined;
  const queue = queues.find(arnOf(account, 'sqs', QueueName));
  return queue && METRICS.get(name)?.(queue, now);
}

/** Receives after which a message no longer counts for the age of its queue's oldest. Source: as above. */
const POISONOUS_RECEIVES = 3;

/** In seconds. A dead letter's age counts from its move to the queue; earlier receives do not make it poisonous. */
function ageOfOldest(queue: Queue, now: number): number {
  let oldest = now;
  for (const { origin, receives, sentAt } of queue.arrived()) {
    if (origin !== undefined) oldest = Math.min(oldest, origin.movedAt);
    else if (receives <= POISONOUS_RECEIVES) oldest = Math.min(oldest, sentAt);
  }
  return Math.floor((now - oldest) / 1000);
}
