import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { SqsQueue } from '../fauxqs-stores.ts';
import type { Operation } from '../gateway/json-protocol.ts';
import { type ApiQueues, PAUSE_MS } from './api-queues.ts';
import type { SqsCall } from './fauxqs-sqs.ts';
import { deadLetterTargetOf } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { noSuchQueue } from './sqs-errors.ts';

interface QueueOperationsProps {
  readonly queues: Queues;
  readonly apiQueues: ApiQueues;
  readonly clock: Clock;
  /** The operations of fauxqs. */
  readonly others: SqsCall;
}

type Members = Readonly<Record<string, unknown>>;

/** The operations of SQS where fauxqs would take its own account's queues, lacks something, or does not have them. */
export function queueOperations(props: QueueOperationsProps): Readonly<Record<string, Operation>> {
  const { queues, apiQueues, clock, others } = props;
  const purgedAt = new WeakMap<SqsQueue, number>();
  const tag: (operation: string) => Operation = (operation) => async (request) => {
    const answer = await others(operation, request);
    apiQueues.tagged(queueOf(queues, request));
    return answer;
  };
  return {
    CreateQueue: ({ QueueName, Attributes, tags }) => {
      const attributes = (Attributes ?? {}) as Members;
      return {
        QueueUrl: apiQueues.create({ name: QueueName, attributes, tags: (tags ?? {}) as Record<string, string> }).url,
      };
    },
    DeleteQueue: (request) => {
      apiQueues.delete(queueOf(queues, request));
      return {};
    },
    GetQueueAttributes: (request) => {
      const all = apiQueues.attributesOf(queueOf(queues, request));
      const names = (request.AttributeNames ?? []) as readonly string[];
      const isWanted = ([name]: readonly [string, string]) => names.includes('All') || names.includes(name);
      return { Attributes: Object.fromEntries(Object.entries(all).filter(isWanted)) };
    },
    GetQueueUrl: ({ QueueName }) => {
      const queue = queues.store.getQueueByName(String(QueueName));
      if (queue !== undefined) return { QueueUrl: queue.url };
      throw noSuchQueue(String(QueueName));
    },
    ListDeadLetterSourceQueues: (request) => {
      const { arn } = queueOf(queues, request);
      return pageOf(
        [...queues.store.allQueues()].filter((queue) => deadLetterTargetOf(queue) === arn),
        request,
      );
    },
    PurgeQueue: (request) => {
      const queue = queueOf(queues, request);
      const before = purgedAt.get(queue);
      if (before !== undefined && clock.now() - before < PAUSE_MS) {
        const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw new AwsError('PurgeQueueInProgress', message, 403);
      }
      queue.purge();
      purgedAt.set(queue, clock.now());
      return {};
    },
    ReceiveMessage: async (request) => withOrigins(await others('ReceiveMessage', request), request, queues),
    SetQueueAttributes: (request) => {
      apiQueues.setAttributes(queueOf(queues, request), (request.Attributes ?? {}) as Members);
      return {};
    },
    TagQueue: tag('TagQueue'),
    UntagQueue: tag('UntagQueue'),
  };
}

function queueOf({ store }: Queues, { QueueUrl }: Members): SqsQueue {
  if (!QueueUrl) throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
  const queue = store.getQueue(String(QueueUrl));
  if (queue === undefined) throw noSuchQueue(String(QueueUrl));
  return queue;
}

/** A token is given only to who says how many results he wants. Source: SQS API reference. */
function pageOf(queues: readonly SqsQueue[], { MaxResults, NextToken }: Members): object {
  const limit = MaxResults === undefined ? Number.POSITIVE_INFINITY : Number(MaxResults);
  if (!(limit >= 1)) throw new AwsError('InvalidParameterValue', `MaxResults is from 1 to 1000, not ${MaxResults}.`);
  const sorted = queues.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rest = sorted.filter(({ name }) => name > String(NextToken ?? ''));
  const page = rest.slice(0, limit);
  return {
    queueUrls: page.map(({ url }) => url),
    NextToken: page.length < rest.length ? page.at(-1)?.name : undefined,
  };
}

/** Dead letters tell their source to who asks for it. */
function withOrigins(answer: object, request: Members, queues: Queues): object {
  const { AttributeNames = [], MessageSystemAttributeNames = [] } = request as Record<string, readonly string[]>;
  const asked = [...AttributeNames, ...MessageSystemAttributeNames];
  if (!asked.includes('All') && !asked.includes('DeadLetterQueueSourceArn')) return answer;
  // It may have been deleted while the call was waiting for messages.
  const queue = queues.store.getQueue(String(request.QueueUrl));
  const { Messages } = answer as { Messages?: { ReceiptHandle: string; Attributes?: object }[] };
  const named = Messages?.map((received) => {
    const message = queue?.inflightMessages.get(received.ReceiptHandle)?.message;
    const origin = message && queues.deadLetters.originOf(message);
    if (origin === undefined) return received;
    return { ...received, Attributes: { ...received.Attributes, DeadLetterQueueSourceArn: origin.sourceArn } };
  });
  return { ...answer, Messages: named };
}
