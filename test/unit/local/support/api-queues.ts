import type { Services } from '../../../../local/services.ts';
import { ApiQueues } from '../../../../local/sqs/api-queues.ts';
import type { SqsCall } from '../../../../local/sqs/fauxqs-sqs.ts';
import { queueOperations } from '../../../../local/sqs/queue-operations.ts';
import type { Queues } from '../../../../local/sqs/queues.ts';
import { ACCOUNT, type Parts } from './parts.ts';

/**
 * Queues as clients see them.
 * @param others stands for the operations of fauxqs. @default - each answers nothing
 */
export function makeApiQueues(parts: Parts, queues: Queues, others: SqsCall = async () => ({})) {
  const queuePolicies: Services['queuePolicies'] = new Map();
  const endpoint = 'http://127.0.0.1:4566';
  const apiQueues = new ApiQueues({ ...parts, account: ACCOUNT, endpoint, queues, queuePolicies });
  const operations = queueOperations({ ...parts, queues, apiQueues, others });
  const call = async (operation: string, request: Record<string, unknown>) => operations[operation]?.(request);
  return { apiQueues, queuePolicies, call };
}
