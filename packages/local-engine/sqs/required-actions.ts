import { arnOf } from '../core/account.ts';
import type { ActionsOf, RequiredAction } from '../iam/access.ts';
import { sourceArnOfHandle } from './move-tasks.ts';
import { membersOf } from './query-protocol.ts';

/** Operations on one queue. */
const ON_A_QUEUE = new Set([
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
]);

/** What a move task needs on its source queue, besides its own action. On its destination it needs SendMessage. */
const MOVING = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/**
 * For a move task that returns each message to its own source, the sending is not judged here.
 * Source: Service authorization reference, Amazon SQS; for move tasks SQS developer guide, API permissions.
 */
export const sqsActions: ActionsOf = (operation, request, { account }) => {
  if (operation === 'ListQueues') return [needed('ListQueues', '*')];
  const members = membersOf(request);
  const { QueueUrl, QueueName, SourceArn, DestinationArn } = members;
  switch (operation) {
    case 'StartMessageMoveTask':
      return [...moving(operation, SourceArn), ...(DestinationArn ? [needed('SendMessage', DestinationArn)] : [])];
    case 'ListMessageMoveTasks':
      return moving(operation, SourceArn);
    case 'CancelMessageMoveTask':
      return moving(operation, sourceArnOfHandle(members));
  }
  // A batch needs the action of its entries.
  const action = operation.replace(/Batch$/, '');
  const name = String(QueueUrl ?? QueueName ?? '').replace(/^.*\//, '');
  return ON_A_QUEUE.has(action) ? [needed(action, arnOf(account, 'sqs', name))] : undefined;
};

function moving(action: string, sourceArn: unknown): RequiredAction[] {
  return [action, ...MOVING].map((name) => needed(name, sourceArn));
}

function needed(action: string, resource: unknown): RequiredAction {
  return { action: `sqs:${action}`, resource: String(resource) };
}
