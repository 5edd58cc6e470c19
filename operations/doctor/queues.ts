import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type QueueDepth, queueName, readDepth } from '../deployed/queues.ts';
import type { DeployedSubscriber } from '../deployed/subscribers.ts';
import { count } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import type { Check } from './check.ts';
import type { Deployed } from './deployed.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';
import { THRESHOLDS } from './thresholds.ts';

const NAME = 'queue';

/** How far back the last measurement of a queue in use may be: SQS sends one a minute. */
const MEASURED_WITHIN_MS = 10 * 60_000;

/** A subscriber's queue. */
export interface QueueFacts {
  readonly subscriber: string;
  readonly queue: string;
  /** Undefined if there is no such queue. */
  readonly depth: QueueDepth | undefined;
  /** How long the oldest message waits, in milliseconds; undefined if it was not measured lately. */
  readonly oldestMs: number | undefined;
  /** Where its function logs, as far as that is known. */
  readonly logGroup: string | undefined;
}

/** Whether each subscriber keeps up with its events. */
export const queues: Check = {
  name: NAME,
  async run({ deployed, mends, now }) {
    const [ages, logGroups, ...depths] = await Promise.all([
      readAges(deployed, now),
      deployed.logGroups(),
      ...deployed.subscribers.map(({ queueUrl }) => readDepth(deployed.clients.of(SQSClient), queueUrl)),
    ]);
    return deployed.subscribers.map(({ id, name, queueUrl }, index) => {
      const queue = queueName(queueUrl);
      const facts = {
        subscriber: name,
        queue,
        depth: depths[index],
        oldestMs: ages.get(id),
        logGroup: logGroups.get(id),
      };
      return judgeQueue(facts, mends);
    });
  },
};

export function judgeQueue(
  { subscriber: subject, queue, depth, oldestMs, logGroup }: QueueFacts,
  mends: Mends,
): Finding {
  const about = { check: NAME, subject };
  if (depth === undefined) {
    return {
      ...about,
      status: 'problem',
      detail: `there is no queue ${queue}: its events go to its dead-letter queue`,
      mend: mends.putBack(),
    };
  }
  const { waiting, inFlight } = depth;
  const age = oldestMs !== undefined && oldestMs > 0 ? `, the oldest for ${formatDuration(oldestMs)}` : '';
  const detail = `${count(waiting, 'message')} waiting, ${inFlight} with its function${age}`;
  const isOld = oldestMs !== undefined && oldestMs > THRESHOLDS.oldestMessageMs;
  if (!isOld && waiting <= THRESHOLDS.waitingMessages) return { ...about, status: 'ok', detail };
  const logs = logGroup === undefined ? 'see what its function logs' : mends.aws(`logs tail ${logGroup} --since 15m`);
  if (isOld && oldestMs > THRESHOLDS.endangeredMessageMs) {
    return { ...about, status: 'problem', detail: `${detail}: the queue drops messages after 4 days`, mend: logs };
  }
  return { ...about, status: 'warning', detail, mend: logs };
}

/** How long the oldest message of each subscriber's queue waits, in milliseconds, by the subscriber's id. */
async function readAges(deployed: Deployed, now: number): Promise<ReadonlyMap<string, number>> {
  const ages = new Map<string, number>();
  // CloudWatch refuses to be asked nothing.
  if (deployed.subscribers.length === 0) return ages;
  const client = deployed.clients.of(CloudWatchClient);
  let NextToken: string | undefined;
  do {
    const answer = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: deployed.subscribers.map(ageQuery),
        StartTime: new Date(now - MEASURED_WITHIN_MS),
        EndTime: new Date(now + 60_000),
        ScanBy: 'TimestampDescending',
        ...(NextToken && { NextToken }),
      }),
    );
    for (const { Id = '', Values: [seconds] = [] } of answer.MetricDataResults ?? []) {
      const subscriber = deployed.subscribers[Number(Id.slice(1))];
      if (subscriber !== undefined && seconds !== undefined && !ages.has(subscriber.id)) {
        ages.set(subscriber.id, seconds * 1000);
      }
    }
    ({ NextToken } = answer);
  } while (NextToken);
  return ages;
}

function ageQuery({ queueUrl }: DeployedSubscriber, index: number): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: queueName(queueUrl) }],
      },
      Period: 60,
      Stat: 'Maximum',
    },
  };
}
