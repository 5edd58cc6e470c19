/** SQS: what the rest of the engine uses of it. */
import type { ServiceApi } from '../protocols/http.ts';
import { Sqs, sqsOperations } from './api.ts';
import { sqsErrors } from './errors.ts';

export { type MessageAttribute, md5OfAttributes } from './message.ts';
export { MessageMoveTasks } from './move-tasks.ts';
export type { Queue } from './queue.ts';
export type { ReceivedMessage } from './queue-messages.ts';
export { ApiQueues } from './queue-operations.ts';
export { Queues, type TextAttributes } from './queues.ts';
export { sqsActions } from './required-actions.ts';
export { sqsQueue, sqsQueuePolicy } from './resource-types.ts';

export function sqsApi(services: Parameters<typeof sqsOperations>[0]): ServiceApi {
  const sqs = new Sqs(sqsOperations(services));
  return {
    operationOf: Sqs.operationOf,
    validate: (operation, request) => sqs.validate(operation, request),
    handle: (operation, request) => sqs.handle(operation, request),
    errorOf: sqsErrors,
  };
}
