import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { ifFound } from '../aws/not-found.ts';
import { requestCancel } from '../deployed/replays.ts';
import { type BusId, listTemporaryRules } from '../deployed/temporary-rules.ts';
import { removeQueue, removeRule } from './temporary-queue.ts';

/**
 * Removes the temporary rules, queues and replays of commands that were killed. A rule in use has a lease in the tags of its queue.
 * @param now milliseconds since the Unix epoch
 * @returns the names of what was removed
 */
export async function removeLeftovers(clients: AwsClients, bus: BusId, now: number): Promise<string[]> {
  const events = clients.of(EventBridgeClient);
  const unused = (await listTemporaryRules(clients, bus, now)).filter(({ unusedMs = 0 }) => unusedMs > 0);
  for (const { name, queueUrl } of unused) {
    // The replay that filled the queue has its name, if there was one.
    await ifFound(requestCancel(events, name));
    await removeRule(events, bus.busName, name);
    if (queueUrl !== undefined) await removeQueue(clients.of(SQSClient), queueUrl);
  }
  return unused.map(({ name }) => name).sort();
}
