import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { queueName } from '../deployed/queues.ts';
import { requestCancel } from '../deployed/replays.ts';
import { LEASE_MS, madeAt, TAGS, TEMPORARY_PREFIX } from '../deployed/temporary-rules.ts';
import { isGone, removeQueue, removeRule } from './temporary-queue.ts';

/** A bus, by its name and its ARN. */
export interface OnBus {
  readonly busName: string;
  readonly busArn: string;
}

/**
 * Removes the temporary rules, queues and replays of commands that were killed. What is in use says so in the tags of its queue.
 * @param now milliseconds since the Unix epoch
 * @returns the names of what was removed
 */
export async function removeLeftovers(clients: AwsClients, bus: OnBus, now: number): Promise<string[]> {
  const sqs = clients.of(SQSClient);
  const events = clients.of(EventBridgeClient);
  const queues = await temporaryQueues(sqs);
  const names = new Set<string>();
  for (const name of await temporaryRules(events, bus.busName)) {
    // A rule has its queue from before its own beginning to after its end: without one it is as old as its name.
    const isOld = now - (madeAt(name) ?? now) > LEASE_MS;
    if (!queues.has(name) && isOld) names.add(name);
  }
  for (const [name, url] of queues) {
    if (await isUnused(sqs, url, bus, now)) names.add(name);
  }
  for (const name of names) {
    await endReplay(events, name);
    await removeRule(events, bus.busName, name);
    const url = queues.get(name);
    if (url !== undefined) await removeQueue(sqs, url);
  }
  return [...names].sort();
}

async function temporaryQueues(sqs: SQSClient): Promise<Map<string, string>> {
  const urls: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: TEMPORARY_PREFIX, MaxResults: 1000, ...(NextToken && { NextToken }) }),
    );
    urls.push(...(page.QueueUrls ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  return new Map(urls.map((url) => [queueName(url), url]));
}

async function temporaryRules(events: EventBridgeClient, EventBusName: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(
      new ListRulesCommand({ EventBusName, NamePrefix: TEMPORARY_PREFIX, ...(NextToken && { NextToken }) }),
    );
    names.push(...(page.Rules ?? []).map(({ Name = '' }) => Name));
    ({ NextToken } = page);
  } while (NextToken);
  return names;
}

/** Other stacks of the account have temporary queues as well: only those of this bus are looked after here. */
async function isUnused(sqs: SQSClient, QueueUrl: string, { busArn }: OnBus, now: number): Promise<boolean> {
  try {
    const { Tags = {} } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    return Tags[TAGS.bus] === busArn && Date.parse(Tags[TAGS.inUseUntil] ?? '') < now;
  } catch (error) {
    // Its command has just ended.
    if (isGone(error)) return false;
    throw error;
  }
}

/** The replay that was to fill the queue has its name, if there was one. */
async function endReplay(events: EventBridgeClient, name: string): Promise<void> {
  try {
    await requestCancel(events, name);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
