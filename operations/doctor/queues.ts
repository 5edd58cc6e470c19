import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { messagesIn, type QueueDepth, readDepth } from '../deployed/queue-depth.ts';
import { type DeployedSubscriber, queueName } from '../deployed/subscribers.ts';
import { count } from '../messages/display.ts';
import { formatDuration } from '../time/time.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';
import type { Deployed } from './deployed.ts';

/** The oldest message of a subscriber that keeps up is younger. */
const OLD_MS = 5 * 60_000;
/** A message of this age will soon be lost: a subscriber's queue keeps messages for 4 days. */
const ENDANGERED_MS = 3 * 24 * 3_600_000;
const MOST_WAITING = 10_000;

/** How old the last measurement of a queue may be: SQS sends one a minute while the queue is in use. */
const MEASURED_WITHIN_MS = 10 * 60_000;

/** A subscriber's queue. */
export interface QueueFacts {
  readonly subscriber: string;
  readonly queue: string;
  /** Undefined if the queue does not exist. */
  readonly depth: QueueDepth | undefined;
  /** How long the oldest message waits, in milliseconds; undefined without a recent measurement. */
  readonly oldestMs: number | undefined;
  /** Of its function; undefined if unknown. */
  readonly logGroup: string | undefined;
}

/** Whether each subscriber keeps up with its events. */
export const queues: Check = {
  name: 'queue',
  async run({ deployed, fixes, now }) {
    const sqs = deployed.clients.of(SQSClient);
    const [ages, logGroups, ...depths] = await Promise.all([
      readAges(deployed, now),
      deployed.logGroups(),
      ...deployed.subscribers.map(({ queueUrl }) => readDepth(sqs, queueUrl)),
    ]);
    return deployed.subscribers.map(({ id, name, queueUrl }, index) => {
      const measured = { depth: depths[index], oldestMs: ages.get(id), logGroup: logGroups.get(id) };
      return queueFinding({ subscriber: name, queue: queueName(queueUrl), ...measured }, fixes);
    });
  },
};

export function queueFinding(facts: QueueFacts, fixes: FixCommands): HealthFinding {
  const { subscriber, queue, depth, oldestMs = 0, logGroup } = facts;
  const { ok, warning, problem } = findingsAbout(queues.name, subscriber);
  if (depth === undefined) {
    return problem(`the queue ${queue} does not exist: its events go to its dead-letter queue`, fixes.recreate());
  }
  const { waiting, inFlight } = depth;
  const age = oldestMs > 0 ? `, the oldest for ${formatDuration(oldestMs)}` : '';
  const detail = `${count(waiting, 'message')} waiting, ${inFlight} with its function${age}`;
  if (oldestMs <= OLD_MS && waiting <= MOST_WAITING) return ok(detail);
  const logs = logGroup === undefined ? "read its function's logs" : fixes.aws(`logs tail ${logGroup} --since 15m`);
  if (oldestMs > ENDANGERED_MS) return problem(`${detail}: the queue deletes messages after 4 days`, logs);
  return warning(detail, logs);
}

/** How long the oldest message of each subscriber's queue waits, in milliseconds, by the subscriber's id. */
async function readAges({ subscribers, clients }: Deployed, now: number): Promise<ReadonlyMap<string, number>> {
  const ages = new Map<string, number>();
  // CloudWatch refuses an empty list.
  if (subscribers.length === 0) return ages;
  const pages = paginateGetMetricData(
    { client: clients.of(CloudWatchClient) },
    {
      MetricDataQueries: subscribers.map(ageQuery),
      StartTime: new Date(now - MEASURED_WITHIN_MS),
      EndTime: new Date(now + 60_000),
      ScanBy: 'TimestampDescending',
    },
  );
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Values: [seconds] = [] } of MetricDataResults) {
      const subscriber = subscribers[Number(Id.slice(1))];
      if (subscriber !== undefined && seconds !== undefined && !ages.has(subscriber.id)) {
        ages.set(subscriber.id, seconds * 1000);
      }
    }
  }
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

/** A dead-letter queue: of a subscriber, or of the pipe. */
export interface DeadLetterFacts {
  /** Undefined for that of the pipe. */
  readonly subscriber: string | undefined;
  /** Undefined if the queue does not exist. */
  readonly depth: QueueDepth | undefined;
}

/** Whether any event or sign-up has failed for good. */
export const deadLetters: Check = {
  name: 'dead letters',
  async run({ deployed, fixes }) {
    const sqs = deployed.clients.of(SQSClient);
    const dlqs = [
      { subscriber: undefined, url: deployed.output('PipeDlqUrl') },
      ...deployed.subscribers.map(({ name, dlqUrl }) => ({ subscriber: name, url: dlqUrl })),
    ];
    return Promise.all(
      dlqs.map(async ({ subscriber, url }) =>
        deadLettersFinding({ subscriber, depth: await readDepth(sqs, url) }, fixes),
      ),
    );
  },
};

export function deadLettersFinding({ subscriber, depth }: DeadLetterFacts, fixes: FixCommands): HealthFinding {
  const { ok, problem } = findingsAbout(deadLetters.name, subscriber ?? 'pipe');
  if (depth === undefined) return problem('the queue does not exist: failed events are lost', fixes.recreate());
  const messages = messagesIn(depth);
  if (messages === 0) return ok('none');
  const choice = subscriber === undefined ? '--pipe' : `--subscriber ${subscriber}`;
  return problem(
    subscriber === undefined
      ? `${count(messages, 'message')}: sign-ups that became no event; the stream keeps their records for 24 hours`
      : `${count(messages, 'event')} that it did not get or could not handle; they are kept for 14 days`,
    `${fixes.pipeline(`dlq show ${choice}`)}, fix the cause, then: ${fixes.pipeline(`dlq redrive ${choice}`)}`,
  );
}
