import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../aws/aws-clients.ts';
import { ifFound } from '../aws/not-found.ts';
import { queueName } from '../deployed/queues.ts';
import { LEASE_MS, madeAt, TAGS, TEMPORARY_PREFIX } from '../deployed/temporary-rules.ts';
import { formatDuration } from '../time/time.ts';
import type { Check } from './check.ts';
import type { Deployed } from './deployed.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'temporary rules';

/** A temporary rule of `pipeline events`, its queue, or both: they have one name. */
export interface Temporary {
  readonly name: string;
  /** Milliseconds since it was in use last; less than 0 while it is in use, undefined if nothing tells. */
  readonly unusedMs: number | undefined;
}

/** Whether a killed `pipeline events` left something behind: a rule takes one of 300, and its queue fills up. */
export const leftovers: Check = {
  name: NAME,
  async run({ deployed, mends, now }) {
    const [rules, queues] = await Promise.all([temporaryRules(deployed), queueTags(deployed.clients)]);
    const busArn = deployed.output('EventBusArn');
    const found: Temporary[] = [];
    for (const [name, tags] of queues) {
      // Other stacks of the account have temporary queues as well.
      if (tags[TAGS.bus] !== busArn) continue;
      const until = Date.parse(tags[TAGS.inUseUntil] ?? '');
      found.push({ name, unusedMs: Number.isNaN(until) ? undefined : now - until });
    }
    for (const name of rules) {
      if (queues.has(name)) continue;
      // A rule has its queue from before its own beginning to after its end: without one, only its name tells.
      const made = madeAt(name);
      found.push({ name, unusedMs: made === undefined ? undefined : now - made - LEASE_MS });
    }
    return judgeTemporary(found, mends);
  },
};

export function judgeTemporary(found: readonly Temporary[], mends: Mends): Finding[] {
  const left = found.filter(({ unusedMs }) => unusedMs === undefined || unusedMs > 0);
  if (left.length === 0) {
    const detail = found.length === 0 ? 'none' : `${found.length} in use by npx pipeline events`;
    return [{ check: NAME, status: 'ok', subject: 'bus', detail }];
  }
  return left.map(({ name, unusedMs }): Finding => {
    const since = unusedMs === undefined ? 'nothing says since when' : `since ${formatDuration(unusedMs)}`;
    // Each begins with removing what others have left.
    const mend = mends.pipeline('events --from 1m');
    const detail = `left behind by npx pipeline events, and not in use: ${since}`;
    return { check: NAME, status: 'warning', subject: name, detail, mend };
  });
}

async function temporaryRules(deployed: Deployed): Promise<string[]> {
  const events = deployed.clients.of(EventBridgeClient);
  const EventBusName = deployed.output('EventBusName');
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

/** The tags of all temporary queues, by their names. */
async function queueTags(clients: AwsClients): Promise<Map<string, Readonly<Record<string, string>>>> {
  const sqs = clients.of(SQSClient);
  const tags = new Map<string, Readonly<Record<string, string>>>();
  let NextToken: string | undefined;
  do {
    const page = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: TEMPORARY_PREFIX, MaxResults: 1000, ...(NextToken && { NextToken }) }),
    );
    for (const QueueUrl of page.QueueUrls ?? []) {
      // One without an answer was removed by its command just now; so is its rule.
      const answer = await ifFound(sqs.send(new ListQueueTagsCommand({ QueueUrl })));
      tags.set(queueName(QueueUrl), answer?.Tags ?? {});
    }
    ({ NextToken } = page);
  } while (NextToken);
  return tags;
}
