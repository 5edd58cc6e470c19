import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { unlessMissing } from '../aws/not-found.ts';

/** How many messages a queue has; SQS may be a minute behind. */
export interface QueueDepth {
  /** Messages that may be received now, or later. */
  readonly waiting: number;
  /** Messages that were received, and are not deleted. */
  readonly inFlight: number;
}

/** Undefined if there is no such queue. */
export async function readDepth(clients: AwsClients, QueueUrl: string): Promise<QueueDepth | undefined> {
  const attributes = clients.of(SQSClient).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  const answer = await unlessMissing(attributes);
  if (answer === undefined) return undefined;
  const numberOf = (name: string) => Number(answer.Attributes?.[name as keyof typeof answer.Attributes] ?? 0);
  return {
    waiting: numberOf('ApproximateNumberOfMessages') + numberOf('ApproximateNumberOfMessagesDelayed'),
    inFlight: numberOf('ApproximateNumberOfMessagesNotVisible'),
  };
}
