import { arnOf } from '../core/account.ts';
import type { ActionsOf, RequiredAction } from '../iam/required-action.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import { sourceArnOfHandle } from './message-move-request.ts';
import { fromSqsQuery } from './sqs-query.ts';

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
    'ListQueueTags',
    'PurgeQueue',
    'ReceiveMessage',
    'SendMessage',
    'SetQueueAttributes',
    'TagQueue',
    'UntagQueue',
  ].map((name) => [name, name] as const),
  ['ChangeMessageVisibilityBatch', 'ChangeMessageVisibility'],
  ['DeleteMessageBatch', 'DeleteMessage'],
  ['SendMessageBatch', 'SendMessage'],
]);

/** What a task needs of the queue that it empties, beside its own action. Where it brings the messages it sends them. */
const MOVING = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/**
 * Of a move task that brings messages back to wherever they came from, the sending is not judged here.
 * Source: Service authorization reference, Amazon SQS; for move tasks SQS developer guide, API permissions.
 */
export const sqsActions: ActionsOf = (operation, request, { account }) => {
  if (operation === 'ListQueues') return [needed('ListQueues', '*')];
  const members = request.headers['x-amz-target'] === undefined ? fromSqsQuery(request) : jsonBody(request);
  const { QueueUrl, QueueName, SourceArn, DestinationArn } = members;
  switch (operation) {
    case 'StartMessageMoveTask':
      return [...moving(operation, SourceArn), ...(DestinationArn ? [needed('SendMessage', DestinationArn)] : [])];
    case 'ListMessageMoveTasks':
      return moving(operation, SourceArn);
    case 'CancelMessageMoveTask':
      return moving(operation, sourceArnOfHandle(members));
  }
  const action = ON_A_QUEUE.get(operation);
  const name = String(QueueUrl ?? QueueName ?? '').replace(/^.*\//, '');
  return action === undefined ? undefined : [needed(action, arnOf(account, 'sqs', name))];
};

function moving(action: string, sourceArn: unknown): RequiredAction[] {
  return [action, ...MOVING].map((name) => needed(name, sourceArn));
}

function needed(action: string, resource: unknown): RequiredAction {
  return { action: `sqs:${action}`, resource: String(resource) };
}
