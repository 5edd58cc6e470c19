import { setTimeout as pause } from 'node:timers/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ConditionalCheckFailedException, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { LONG_WAIT_MS } from '../limits.ts';
import { allPagesToCome } from '../pages.ts';
import type { SurvivingPipeline } from './surviving-pipeline.ts';

const PUTS_IN_FLIGHT = 16;
const LOOK_EVERY_MS = 50;

/** Registers users as a sign-up service does: again, until it is told that the row is there. */
export async function registerAll(pipeline: SurvivingPipeline, userIds: readonly string[]): Promise<void> {
  await pMap(
    userIds,
    (userId) =>
      pipeline.call(async ({ dynamodb, outputs }) => {
        const Item = { userId: { S: userId } };
        const ConditionExpression = 'attribute_not_exists(userId)';
        const put = new PutItemCommand({ TableName: outputs.UsersTableName, Item, ConditionExpression });
        await dynamodb.send(put).catch((error: unknown) => {
          // It had arrived, and only the answer was lost.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }),
    { concurrency: PUTS_IN_FLIGHT },
  );
}

/** The URI in each user's row; undefined where there is none yet. */
export function readUris(pipeline: SurvivingPipeline): Promise<Map<string, string | undefined>> {
  return pipeline.call(async ({ dynamodb, outputs }) => {
    const scan = new ScanCommand({ TableName: outputs.UsersTableName, ConsistentRead: true });
    const { Items = [] } = await dynamodb.send(scan);
    return new Map(Items.map(({ userId, s3_bucket_uri: uri }) => [userId?.S ?? '', uri?.S]));
  });
}

/** Waits until all these users have their URI. @throws after a while, with who has none */
export async function allRecorded(pipeline: SurvivingPipeline, userIds: readonly string[]): Promise<void> {
  const end = performance.now() + LONG_WAIT_MS;
  for (;;) {
    const uris = await readUris(pipeline);
    const missing = userIds.filter((userId) => uris.get(userId) === undefined);
    if (missing.length === 0) return;
    if (performance.now() > end) {
      const lost = missing.filter((userId) => !uris.has(userId));
      const counts = JSON.stringify(await messageCounts(pipeline));
      throw new Error(`No URI: ${missing.join(', ')}. No row: ${lost.join(', ') || 'none'}. Messages: ${counts}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

export async function bucketNames(pipeline: SurvivingPipeline): Promise<string[]> {
  const { Buckets = [] } = await pipeline.call(({ s3 }) => s3.send(new ListBucketsCommand({})));
  return Buckets.map(({ Name = '' }) => Name);
}

/** Messages in each queue of the stack, those that somebody has received included, by the queue's output. */
export function messageCounts(pipeline: SurvivingPipeline): Promise<Record<string, number>> {
  return pipeline.call(async ({ sqs, outputs }) => {
    const queues = Object.entries(outputs).filter(([key]) => key.endsWith('QueueUrl') || key.endsWith('DlqUrl'));
    const counted = queues.map(async ([key, QueueUrl]) => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
      return [key, Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible)] as const;
    });
    return Object.fromEntries(await Promise.all(counted));
  });
}

/** Waits until subscribers have taken all that waits for them. Returns what is in the dead-letter queues then. */
export async function allTaken(pipeline: SurvivingPipeline): Promise<Record<string, number>> {
  for (;;) {
    const counts = Object.entries(await messageCounts(pipeline));
    const isBusy = counts.some(([key, count]) => key.endsWith('QueueUrl') && count > 0);
    if (!isBusy) return Object.fromEntries(counts.filter(([key]) => key.endsWith('DlqUrl')));
    await pause(LOOK_EVERY_MS);
  }
}

/** Ids of the archived events of a type. */
export async function archivedIds(pipeline: SurvivingPipeline, detailType: string): Promise<string[]> {
  const pages = await allPagesToCome(
    (nextToken: string | undefined) =>
      pipeline.call(({ logs, outputs }) => {
        const logGroupName = `/local-engine/archive/${outputs.EventArchiveArn?.split('/').at(-1)}`;
        return logs.send(new FilterLogEventsCommand({ logGroupName, ...(nextToken !== undefined && { nextToken }) }));
      }),
    (page) => page.nextToken,
  );
  const events = pages.flatMap((page) => (page.events ?? []).map(({ message = '{}' }) => JSON.parse(message)));
  return events.filter((event) => event.detailType === detailType).map(({ id }) => id);
}
