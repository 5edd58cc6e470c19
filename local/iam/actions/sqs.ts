import { arnOf } from '../../account.ts';
import { jsonBody } from '../../gateway/json-protocol.ts';
import { fromSqsQuery } from '../../sqs/sqs-query.ts';
import type { ActionsOf } from '../required-action.ts';

/** Operations on one queue; a batch needs leave for what it does one by one. */
const ON_A_QUEUE: ReadonlyMap<string, string> = new Map([
  ...[
    'ChangeMessageVisibility',
    'CreateQueue',
    'DeleteMessage',
    'DeleteQueue',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListDeadLetterSourceQueues',
    'ListMessageMoveTasks',
    'ListQueueTags',
    'PurgeQueue',
    'ReceiveMessage',
    'SendMessage',
    'SetQueueAttributes',
    'StartMessageMoveTask',
    'TagQueue',
    'UntagQueue',
  ].map((name) => [name, name] as const),
  ['ChangeMessageVisibilityBatch', 'ChangeMessageVisibility'],
  ['DeleteMessageBatch', 'DeleteMessage'],
  ['SendMessageBatch', 'SendMessage'],
]);

/** Source: Service authorization reference, Amazon SQS. */
export const sqsActions: ActionsOf = (operation, request, { account }) => {
  if (operation === 'ListQueues') return [{ action: 'sqs:ListQueues', resource: '*' }];
  const action = ON_A_QUEUE.get(operation);
  if (action === undefined) return undefined;
  const isQuery = request.headers['x-amz-target'] === undefined;
  const { QueueUrl, QueueName, SourceArn } = isQuery ? fromSqsQuery(request) : jsonBody(request);
  const name =
    String(QueueUrl ?? QueueName ?? '')
      .split('/')
      .at(-1) ?? '';
  return [{ action: `sqs:${action}`, resource: String(SourceArn ?? arnOf(account, 'sqs', name)) }];
};
