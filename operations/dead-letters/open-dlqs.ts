import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import type { PipeLetter } from './dead-letter.ts';
import { chooseDlqs, type DlqChoice, type NamedDlq } from './dead-letter-queues.ts';
import { type QueueDepth, SqsLetterQueue } from './letter-queue.ts';
import { type PipeRecords, readPipeRecords } from './pipe-records.ts';
import { StreamReader } from './stream-records.ts';

/** A dead-letter queue, and what it holds by SQS's count. */
export interface OpenDlq {
  readonly dlq: NamedDlq;
  readonly queue: SqsLetterQueue;
  readonly depth: QueueDepth;
}

/** @throws UsageError for a subscriber that there is not, CommandFailure for a queue that is gone */
export async function openDlqs({ clients, stack }: OnStack, choice: DlqChoice): Promise<OpenDlq[]> {
  const sqs = clients.of(SQSClient);
  return Promise.all(
    chooseDlqs(stack, choice).map(async (dlq) => {
      const queue = new SqsLetterQueue(sqs, dlq.url);
      return { dlq, queue, depth: await queue.depth() };
    }),
  );
}

/** Makes what reads the records of the pipe's messages from the stream. */
export function pipeRecordsReader({ clients, stack }: OnStack): (letter: PipeLetter) => Promise<PipeRecords> {
  const streams = new StreamReader(clients.of(DynamoDBStreamsClient));
  const userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  return async ({ batch }) => readPipeRecords(await streams.read(batch), userIdAttribute, batch);
}

/** How many messages of each queue are meant when `limit` are meant in all. */
export function shareOut(open: readonly OpenDlq[], limit = Number.POSITIVE_INFINITY): number[] {
  let left = limit;
  return open.map(({ depth }) => {
    const share = Math.min(left, depth.visible);
    left -= share;
    return share;
  });
}
