import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeployedSubscriber } from './subscribers.ts';

/** How many messages wait for a subscriber; on AWS approximately, and up to a minute late. */
export interface QueueDepths {
  readonly subscriber: string;
  /** In its queue, those that are with its function among them. */
  readonly waiting: number;
  /** In its dead-letter queue. */
  readonly deadLetters: number;
}

export function readQueueDepths(sqs: SQSClient, subscribers: readonly DeployedSubscriber[]): Promise<QueueDepths[]> {
  return Promise.all(
    subscribers.map(async ({ name, queueUrl, dlqUrl }) => {
      const [waiting, deadLetters] = await Promise.all([countMessages(sqs, queueUrl), countMessages(sqs, dlqUrl)]);
      return { subscriber: name, waiting, deadLetters };
    }),
  );
}

async function countMessages(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, number) => sum + Number(number), 0);
}
