import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ifFound, RECREATE_HINT } from '../aws/aws-failure.ts';
import { CommandFailure } from '../messages/errors.ts';
import { type DeployedSubscriber, queueName } from './subscribers.ts';

/**
 * How many messages a queue has; SQS counts approximately, and may be a minute behind.
 *
 * SQS has three numbers: visible, delayed and not visible. A delayed message is one that was sent with a delay, which has
 * not passed: no consumer has it, and it will be delivered. So it counts as waiting, everywhere.
 * Source: SQS API reference, GetQueueAttributes.
 */
export interface QueueDepth {
  /** Messages that a consumer can receive now, or after their delay. */
  readonly waiting: number;
  /** Messages that a consumer has received, and has not deleted yet. */
  readonly inFlight: number;
}

/** @returns undefined if there is no such queue */
export async function readDepth(sqs: SQSClient, QueueUrl: string): Promise<QueueDepth | undefined> {
  const answer = await ifFound(
    sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesDelayed',
          'ApproximateNumberOfMessagesNotVisible',
        ],
      }),
    ),
  );
  if (answer === undefined) return undefined;
  const {
    ApproximateNumberOfMessages: visible = 0,
    ApproximateNumberOfMessagesDelayed: delayed = 0,
    ApproximateNumberOfMessagesNotVisible: inFlight = 0,
  } = answer.Attributes ?? {};
  return { waiting: Number(visible) + Number(delayed), inFlight: Number(inFlight) };
}

/** @throws CommandFailure if there is no such queue */
export async function requireDepth(sqs: SQSClient, queueUrl: string): Promise<QueueDepth> {
  const depth = await readDepth(sqs, queueUrl);
  if (depth !== undefined) return depth;
  throw new CommandFailure(`the queue ${queueName(queueUrl)} does not exist: ${RECREATE_HINT}`);
}

/** All messages of a queue, also those that a consumer works on. */
export function messagesIn({ waiting, inFlight }: QueueDepth): number {
  return waiting + inFlight;
}

/** How many messages the queues of a subscriber hold. */
export interface SubscriberDepths {
  readonly subscriber: string;
  /** All messages of its queue: those that its function works on count too. */
  readonly waiting: number;
  readonly deadLetters: number;
}

export function readSubscriberDepths(
  sqs: SQSClient,
  subscribers: readonly DeployedSubscriber[],
): Promise<SubscriberDepths[]> {
  return Promise.all(
    subscribers.map(async ({ name, queueUrl, dlqUrl }) => {
      const [queue, dlq] = await Promise.all([requireDepth(sqs, queueUrl), requireDepth(sqs, dlqUrl)]);
      return { subscriber: name, waiting: messagesIn(queue), deadLetters: messagesIn(dlq) };
    }),
  );
}
