import { AwsError } from './aws-error.ts';
import type { SqsCall } from './fauxqs-sqs.ts';
import type { Operation } from './json-protocol.ts';
import type { Queues } from './queues.ts';
import { noSuchQueue } from './sqs-errors.ts';

/** The operations of SQS about queues themselves, where fauxqs would take its own account's, or lacks them. */
export function queueOperations(queues: Queues, others: SqsCall): Readonly<Record<string, Operation>> {
  const refuse = (what: string) => {
    throw new AwsError('UnsupportedOperation', `The local engine takes ${what} from the template, not from the API.`);
  };
  return {
    CreateQueue: () => refuse('queues'),
    GetQueueUrl: ({ QueueName }) => {
      const queue = queues.store.getQueueByName(String(QueueName));
      if (queue !== undefined) return { QueueUrl: queue.url };
      throw noSuchQueue(String(QueueName));
    },
    SetQueueAttributes: (request) => {
      if ('Policy' in ((request.Attributes as object | undefined) ?? {})) return refuse('queue policies');
      return others('SetQueueAttributes', request);
    },
  };
}
