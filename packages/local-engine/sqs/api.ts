import { arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { ActionsOf, RequiredAction } from '../iam/access.ts';
import { type ApiRequest, jsonResponse, type ServiceApi } from '../protocols/http.ts';
import { type Operation, targetOperation } from '../protocols/json-protocol.ts';
import { queryAction } from '../protocols/query-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { batchOperations } from './batch-operations.ts';
import { sqsErrors, unsupported } from './errors.ts';
import { type MessageOperationsProps, messageOperations } from './message-operations.ts';
import { type MessageMoveTasks, sourceArnOfHandle } from './move-tasks.ts';
import { isQuery, membersOf, sqsQueryResponse } from './protocol.ts';
import type { ApiQueues } from './queue-operations.ts';

interface OperationsProps extends MessageOperationsProps {
  readonly apiQueues: ApiQueues;
  readonly messageMoves: MessageMoveTasks;
}

/** Operations that the engine refuses. The documentation lists them with all others. */
export const REFUSED = ['AddPermission', 'RemovePermission'];

/** All operations of SQS that the engine has. */
export function sqsOperations(props: OperationsProps): Readonly<Record<string, Operation>> {
  return {
    ...props.apiQueues.operations,
    ...messageOperations(props),
    ...batchOperations(props),
    ...props.messageMoves.operations,
  };
}

export function sqsApi(props: OperationsProps): ServiceApi {
  return sqsService(sqsOperations(props));
}

/** Operations in the JSON protocol and in the query protocol. */
export function sqsService(operations: Readonly<Record<string, Operation>>): ServiceApi {
  const schemas = new RequestSchemas('@aws-sdk/client-sqs');
  const validated = (operation: string, request: ApiRequest) => {
    const members = membersOf(request);
    schemas.check(operation, members);
    return members;
  };
  return {
    operationOf: (request) => targetOperation(request) || queryAction(request),
    operations: Object.keys(operations),
    validate: validated,
    handle: async (operation, request) => {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (run === undefined) throw refusalOf(operation, isQuery(request));
      const answer = await run(validated(operation, request));
      return isQuery(request) ? sqsQueryResponse(operation, answer) : jsonResponse(answer);
    },
    errorOf: sqsErrors,
  };
}

/** For operations that SQS does not have: as recorded on AWS. */
function refusalOf(operation: string, inQuery: boolean): AwsError {
  if (REFUSED.includes(operation)) {
    return unsupported(
      `The local engine does not implement ${operation}. Set the attribute Policy of the queue instead.`,
    );
  }
  const message = `The action ${operation} is not valid for this endpoint.`;
  return new AwsError(inQuery ? 'InvalidAction' : 'UnknownOperationException', message);
}

/** Operations on one queue. */
const ON_A_QUEUE = new Set(
  (
    'ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ' +
    'ListDeadLetterSourceQueues ListQueueTags PurgeQueue ReceiveMessage SendMessage SetQueueAttributes TagQueue UntagQueue'
  ).split(' '),
);

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
