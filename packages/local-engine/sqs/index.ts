/** SQS: what the rest of the engine uses of it. */
export { sqsActions, sqsApi } from './api.ts';
export { type MessageAttribute, md5OfAttributes } from './message.ts';
export { MessageMoveTasks } from './move-tasks.ts';
export type { Queue } from './queue.ts';
export type { ReceivedMessage } from './queue-messages.ts';
export { ApiQueues } from './queue-operations.ts';
export { Queues, type TextAttributes } from './queues.ts';
export { sqsQueue, sqsQueuePolicy } from './resource-types.ts';
