import type { CommandRun } from '../operators/operators.ts';
import { type Outcome, purgedBy } from '../promises/index.ts';
import type { SubscriberQueues } from './stage.ts';

interface Letter {
  readonly detail?: {
    readonly metadata: { readonly eventId: string; readonly correlationId: string };
    readonly data: { readonly userId: string };
  };
}

/** Events that operators have deleted from the dead-letter queues of subscribers. */
export function purgedIn(runs: readonly CommandRun[], queues: readonly SubscriberQueues[]): Outcome['purged'] {
  return runs.flatMap(purgedBy).flatMap(({ queueUrl, body }) => {
    const subscriber = queues.find(({ dead }) => dead.url === queueUrl)?.subscriber;
    const { detail } = JSON.parse(body) as Letter;
    if (subscriber === undefined || detail === undefined) return [];
    const { eventId, correlationId } = detail.metadata;
    return [{ subscriber, eventId, correlationId, userId: detail.data.userId }];
  });
}
