import type { Account } from '../core/account.ts';
import type { Clock } from '../core/clock.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';
import { noSuchQueue } from './sqs-errors.ts';
import { type Members, requiredText } from './sqs-request.ts';

/** What operations need to find the queue that they are for, and to act on it. */
export interface QueueLookup {
  readonly queues: Queues;
  readonly account: Account;
  readonly clock: Clock;
}

/** The queue that the member QueueUrl names. @throws AwsError what SQS would answer if there is none */
export function queueOf(lookup: QueueLookup, request: Members): Queue {
  const queue = queueAt(lookup, requiredText(request, 'QueueUrl'));
  if (queue === undefined) throw noSuchQueue();
  return queue;
}

/**
 * The queue of a URL. Its host does not matter: clients reach the engine under several names. A bare name is taken as well,
 * as recorded on AWS.
 */
export function queueAt({ queues, account }: QueueLookup, url: string): Queue | undefined {
  if (!url.includes('/')) return queues.named(url);
  const [, id, name = ''] = /^https?:\/\/[^/]+\/(\d{12})\/([\w-]+)$/.exec(url) ?? [];
  return id === account.id ? queues.named(name) : undefined;
}
