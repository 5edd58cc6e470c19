import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListBuckets, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { jsonLines } from '../../support/cli.ts';
import { LONG_WAIT_MS } from '../../support/limits.ts';
import { type CommandEnd, type Commands, problemOf } from './commands.ts';
import { lossesIn } from './losses.ts';
import type { Recordings } from './recordings.ts';

const LOOK_EVERY_MS = 500;
/** A message of a killed function comes back after its visibility timeout. */
const VISIBILITY = '61s';
const MOST_ROUNDS = 10;
/** Nothing is killed any more. */
const UNDISTURBED = { hadEngine: true, wasInterrupted: false, users: [] };

export interface RecoveryProps {
  readonly commands: Pick<Commands, 'once'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Whether visibility timeouts are skipped instead of waited for. */
  readonly skipsTime: boolean;
}

export interface EndStateProps extends RecoveryProps {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly recordings: Recordings;
}

/** What the recovery did. */
export interface Recovery {
  /** Dead letters when the load was over. */
  readonly deadLetters: number;
  /** Users whom the last reconcile had to repair. */
  readonly repaired: number;
}

/**
 * Does what the runbook says after a bad day: waits for the queues, redrives what is dead, reconciles, and looks whether all is
 * well.
 * @throws Error for a command that does not end as the runbook says
 */
export async function recover(props: RecoveryProps): Promise<Recovery> {
  const { commands } = props;
  await queuesEmpty(props);
  const deadLetters = await deadLettersIn(props);
  for (let round = 1; (await deadLettersIn(props)) > 0; round += 1) {
    const end = await commands.once(['dlq', 'redrive', '--yes', '--rate', '500', '--json']);
    // What a run of the load held when it was killed comes back in a minute.
    if (problemOf('redrive', end, UNDISTURBED) !== undefined) throw unexpected('dlq redrive failed', end);
    if (round === MOST_ROUNDS) throw unexpected('dlq redrive leaves dead letters', end);
    await queuesEmpty(props);
  }
  const fixed = await commands.once(['reconcile', '--fix', '--yes', '--wait', '--rate', '500', '--json']);
  if (fixed.exitCode !== 0) throw unexpected('reconcile --fix --wait did not fix everything', fixed);
  await queuesEmpty(props);
  const checked = await commands.once(['reconcile', '--json']);
  if (checked.exitCode !== 0) throw unexpected('reconcile still finds something', checked);
  const { fixed: repaired = 0 } = jsonLines({ stdout: fixed.out }).at(-1) ?? {};
  return { deadLetters, repaired: Number(repaired) };
}

function unexpected(what: string, { exitCode, out, said }: CommandEnd): Error {
  return new Error(`${what} (exit code ${exitCode}): ${said.slice(-1000)}${out.slice(-1000)}`);
}

/** Waits until the subscribers have handled all that is in their queues. */
async function queuesEmpty(props: RecoveryProps): Promise<void> {
  const end = performance.now() + LONG_WAIT_MS;
  for (;;) {
    const { visible, hidden } = await depthOf(props, 'QueueUrl');
    if (visible + hidden === 0) return;
    if (performance.now() > end) throw new Error(`${visible} messages wait in queues, and ${hidden} were received.`);
    if (props.skipsTime && visible === 0) await props.commands.once(['lab', 'skip', VISIBILITY]);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function deadLettersIn(props: RecoveryProps): Promise<number> {
  const { visible, hidden } = await depthOf(props, 'DlqUrl');
  return visible + hidden;
}

/** Messages of all queues whose output ends like that. */
async function depthOf({ sqs, outputs }: RecoveryProps, ending: string): Promise<{ visible: number; hidden: number }> {
  const urls = Object.entries(outputs).flatMap(([key, url]) => (key.endsWith(ending) ? [url] : []));
  const depth = { visible: 0, hidden: 0 };
  for (const QueueUrl of urls) {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    depth.visible += Number(Attributes.ApproximateNumberOfMessages);
    depth.hidden += Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }
  return depth;
}

/** What is wrong in the end, in words; empty if nothing is. */
export async function findLosses({ dynamodb, s3, outputs, recordings }: EndStateProps): Promise<string[]> {
  const rows = new Map<string, string | undefined>();
  const scan = { TableName: outputs.UsersTableName, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan)) {
    for (const { userId, s3_bucket_uri: uri } of Items) rows.set(userId?.S ?? '', uri?.S);
  }
  const buckets = new Set<string>();
  for await (const { Buckets = [] } of paginateListBuckets({ client: s3 }, { MaxBuckets: 10_000 })) {
    for (const { Name } of Buckets) buckets.add(`s3://${Name}`);
  }
  return lossesIn({ registered: recordings.registered, firstUris: recordings.uris, rows, buckets });
}

/** Rows of the tables that are bounded, or empty when nothing is left to do. Reads the folder of an engine that has ended. */
export function tableSizes(dataFolder: string): Readonly<Record<string, number>> {
  const db = new DatabaseSync(join(dataFolder, 'engine.db'), { readOnly: true });
  try {
    const count = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
    return {
      journalEntries: count('SELECT coalesce(sum(json_array_length(entries)), 0) FROM journal'),
      logLines: count('SELECT count(*) FROM log_lines'),
      archivedEvents: count('SELECT count(*) FROM archived_events'),
      ruleDeliveries: count('SELECT count(*) FROM rule_deliveries'),
      queueMessages: count('SELECT count(*) FROM queue_messages'),
    };
  } finally {
    db.close();
  }
}

/** Entries and lines that are kept, and how many more there may be before the oldest are deleted. */
const MOST = { journalEntries: 106_000, logLines: 501_000, ruleDeliveries: 0 };

/** Which tables hold more than they may, in words. */
export function findOverflows(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(MOST).flatMap(([table, most]) =>
    (sizes[table] ?? 0) > most ? [`${table}: ${sizes[table]} rows are kept, and ${most} are allowed`] : [],
  );
}
