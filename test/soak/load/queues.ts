import {
  GetQueueAttributesCommand,
  paginateListQueues,
  type QueueAttributeName,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isAnswer } from './sign-ups.ts';

const MESSAGES: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/** The queues that there are. */
export interface Queues {
  readonly queues: number;
  /** In all of them: those that wait, and those that are hidden or delayed. */
  readonly messages: number;
}

/** @returns undefined if the engine ends before it has answered */
export async function queuesOf(sqs: SQSClient): Promise<Queues | undefined> {
  try {
    const urls: string[] = [];
    for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs, pageSize: 1000 }, {}))
      urls.push(...QueueUrls);
    const counts = await Promise.all(urls.map((url) => messagesOf(sqs, url)));
    return { queues: urls.length, messages: counts.reduce((sum, count) => sum + count, 0) };
  } catch (error) {
    if (isAnswer(error)) throw error;
    return undefined;
  }
}

async function messagesOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  try {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: MESSAGES }));
    return MESSAGES.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return 0; // a command has removed its queue meanwhile
    throw error;
  }
}
