/** SQS: what the rest of the engine uses of it. */
export { ApiQueues } from './api-queues.ts';
export { type MessageAttribute, md5OfAttributes } from './message.ts';
export { MessageMoveTasks } from './message-move-tasks.ts';
export { sqsOperations } from './operations.ts';
export type { Queue } from './queue.ts';
export { type MessageAttributes, Queues, type ReceivedMessage } from './queues.ts';
export { sqsActions } from './required-actions.ts';
export { sqsQueue, sqsQueuePolicy } from './resources.ts';
export { Sqs } from './sqs.ts';
export { sqsErrors } from './sqs-errors.ts';
