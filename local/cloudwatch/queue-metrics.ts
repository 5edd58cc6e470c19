import { type Account, arnOf } from '../account.ts';
import type { SqsQueue } from '../fauxqs-stores.ts';
import type { DeadLetters } from '../sqs/dead-letters.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Metric } from './cloudwatch-request.ts';

/** What a metric says now. */
export interface Measurement {
  readonly value: number;
  readonly unit: 'Count' | 'Seconds';
}

type Origins = Pick<DeadLetters, 'originOf'>;

type Measure = (queue: SqsQueue, origins: Origins, now: number) => Measurement;

/** Metrics of the namespace AWS/SQS. Source: SQS developer guide, available CloudWatch metrics for Amazon SQS. */
const METRICS: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['ApproximateAgeOfOldestMessage', (...of) => ({ value: ageOfOldest(...of), unit: 'Seconds' })],
  ['ApproximateNumberOfMessagesDelayed', ({ delayedMessages }) => ({ value: delayedMessages.length, unit: 'Count' })],
  [
    'ApproximateNumberOfMessagesNotVisible',
    ({ inflightMessages }) => ({ value: inflightMessages.size, unit: 'Count' }),
  ],
  ['ApproximateNumberOfMessagesVisible', ({ messages }) => ({ value: messages.length, unit: 'Count' })],
]);

/**
 * The metrics of this account's queues, as they are at this moment.
 * @param now in Unix epoch milliseconds
 * @returns undefined for a metric that there is none of
 */
export function measureQueues(
  { queues, account }: { queues: Queues; account: Account },
  { namespace, name, dimensions }: Metric,
  now: number,
): Measurement | undefined {
  const { QueueName, ...others } = dimensions;
  if (namespace !== 'AWS/SQS' || QueueName === undefined || Object.keys(others).length > 0) return undefined;
  const queue = queues.find(arnOf(account, 'sqs', QueueName));
  return queue && METRICS.get(name)?.(queue, queues.deadLetters, now);
}

/** Receives after which a message no longer counts for the age of its queue's oldest. Source: as above. */
const POISONOUS_RECEIVES = 3;

/** In seconds. A dead letter's age is counted from its move; what it went through before does not make it poisonous. */
function ageOfOldest(queue: SqsQueue, origins: Origins, now: number): number {
  let oldest = now;
  const inflight = Array.from(queue.inflightMessages.values(), ({ message }) => message);
  for (const message of [...queue.messages, ...inflight]) {
    const moved = origins.originOf(message)?.movedAt;
    if (moved !== undefined) oldest = Math.min(oldest, moved);
    else if (message.approximateReceiveCount <= POISONOUS_RECEIVES) oldest = Math.min(oldest, message.sentTimestamp);
  }
  return Math.floor((now - oldest) / 1000);
}
