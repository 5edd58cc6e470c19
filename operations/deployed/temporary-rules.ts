import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueueTagsCommand, paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { ifFound } from '../aws/aws-failure.ts';
import { allPages } from '../aws/event-bridge.ts';
import { queueName } from './subscribers.ts';
import { type BusId, createdAt, LEASE_MS, TEMPORARY_PREFIX, TEMPORARY_TAGS } from './temporary-names.ts';

/** A temporary rule, its queue, or both. */
export interface TemporaryRule {
  readonly name: string;
  /** @default - it has no queue */
  readonly queueUrl?: string;
  /** Milliseconds since its lease ended: at most 0 while it is in use, undefined if neither tag nor name says. */
  readonly unusedMs: number | undefined;
}

/**
 * The temporary rules and queues of a bus.
 * @param now milliseconds since the Unix epoch
 */
export async function listTemporaryRules(
  clients: AwsClients,
  { busName, busArn }: BusId,
  now: number,
): Promise<TemporaryRule[]> {
  const sqs = clients.of(SQSClient);
  const events = clients.of(EventBridgeClient);
  const found: TemporaryRule[] = [];
  const queues = new Set<string>();
  const queuePages = paginateListQueues({ client: sqs, pageSize: 1000 }, { QueueNamePrefix: TEMPORARY_PREFIX });
  for await (const { QueueUrls = [] } of queuePages) {
    for (const queueUrl of QueueUrls) {
      const name = queueName(queueUrl);
      queues.add(name);
      // Without an answer, its command has removed it in this moment, and its rule too.
      const { Tags = {} } = (await ifFound(sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl })))) ?? {};
      // Other stacks of the account have temporary queues as well.
      if (Tags[TEMPORARY_TAGS.bus] !== busArn) continue;
      const unusedMs = now - Date.parse(Tags[TEMPORARY_TAGS.inUseUntil] ?? '');
      found.push({ name, queueUrl, unusedMs: Number.isNaN(unusedMs) ? undefined : unusedMs });
    }
  }
  const rulePages = allPages((next) =>
    events.send(new ListRulesCommand({ EventBusName: busName, NamePrefix: TEMPORARY_PREFIX, ...next })),
  );
  for await (const { Rules = [] } of rulePages) {
    for (const { Name: name = '' } of Rules) {
      if (queues.has(name)) continue;
      // The queue is created before its rule and deleted after it. A rule without queue has only the time in its name.
      const created = createdAt(name);
      found.push({ name, unusedMs: created === undefined ? undefined : now - created - LEASE_MS });
    }
  }
  return found;
}
