import type { Operation } from '../protocols/json-protocol.ts';
import type { ApiQueues } from './api-queues.ts';
import { batchOperations } from './batch-operations.ts';
import type { MessageMoveTasks } from './message-move-tasks.ts';
import { messageOperations } from './message-operations.ts';
import type { QueueLookup } from './queue-lookup.ts';
import { queueOperations } from './queue-operations.ts';

interface OperationsProps extends QueueLookup {
  readonly apiQueues: ApiQueues;
  readonly messageMoves: MessageMoveTasks;
}

/** Operations of SQS that are refused, and what to do instead. `docs/local-engine.md` lists them with all others. */
export const REFUSED: Readonly<Record<string, string>> = {
  AddPermission: 'Set the attribute Policy of the queue instead.',
  RemovePermission: 'Set the attribute Policy of the queue instead.',
};

/** All operations of SQS that the engine has. */
export function sqsOperations(props: OperationsProps): Readonly<Record<string, Operation>> {
  return {
    ...queueOperations(props),
    ...messageOperations(props),
    ...batchOperations(props),
    ...props.messageMoves.operations,
  };
}
