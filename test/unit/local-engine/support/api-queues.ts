import { sqsOperations } from '../../../../packages/local-engine/sqs/api.ts';
import { MessageMoveTasks } from '../../../../packages/local-engine/sqs/move-tasks.ts';
import { ApiQueues, type QueuePolicies } from '../../../../packages/local-engine/sqs/queue-operations.ts';
import type { Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import { ACCOUNT, type Parts } from './parts.ts';

/** Queues as clients see them, and a short way to call the operations. */
export function makeApiQueues(parts: Parts, queues: Queues) {
  const queuePolicies: QueuePolicies = new Map();
  const endpoint = 'http://127.0.0.1:4566';
  const apiQueues = new ApiQueues({ ...parts, account: ACCOUNT, endpoint, queues, queuePolicies });
  const messageMoves = new MessageMoveTasks({ ...parts, queues });
  const operations = sqsOperations({ ...parts, account: ACCOUNT, queues, apiQueues, messageMoves });
  const call = async (operation: string, request: Record<string, unknown>) => operations[operation]?.(request);
  return { apiQueues, queuePolicies, operations, call };
}
