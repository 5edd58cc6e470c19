import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { lanesByKey } from '../../packages/local-engine/pipes/pipe-lanes.ts';
import type { Queue } from '../../packages/local-engine/sqs/index.ts';
import { type Ended, pipelineProcess, pipeline as run } from '../support/cli.ts';
import { isEvent, type Pipeline } from '../support/pipeline.ts';

const RECEIVES = 5;
/** As the stage dev has them. */
const LANES = 10;
const HOUR_MS = 3_600_000;

/** Another user whose records the pipe reads in the same lane: those of both can be in one batch. */
export function laneMate(userId: string): string {
  const laneOf = (id: string) => lanesByKey('userId')({ userId: { S: id } }, LANES);
  for (let number = 2; ; number++) {
    const other = `${userId}-${number}`;
    if (laneOf(other) === laneOf(userId)) return other;
  }
}

/** Runs `pipeline dlq …` on a running pipeline. */
export function dlq(pipeline: Pipeline, ...args: string[]): Promise<Ended> {
  return run(['dlq', ...args, '--port', pipeline.port]);
}

/** As {@link dlq}; `arm` is given what sends the command a signal. */
export function interruptedDlq(
  pipeline: Pipeline,
  args: readonly string[],
  arm: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  return pipelineProcess(['dlq', ...args, '--port', pipeline.port], {}, (child) =>
    arm((signal) => void child.kill(signal)),
  );
}

/** Registers users whose buckets S3 refuses until their events are in the dead-letter queue of bucket-service. */
export async function failHandling(pipeline: Pipeline, ...users: string[]): Promise<void> {
  pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets', { times: RECEIVES * users.length });
  const failedBefore = pipeline.logLines('event not handled').length;
  const buriedBefore = pipeline.entries(({ hop }) => hop === 'redriven-to-dlq').length;
  for (const user of users) await pipeline.register(user);
  for (let receive = 1; receive <= RECEIVES; receive++) {
    const isFailure = ({ hop, line }: { hop: string; [field: string]: unknown }) =>
      hop === 'log' && String(line).includes('event not handled');
    await pipeline.waitFor(`receive ${receive}`, isFailure, failedBefore + receive * users.length);
    await pipeline.waitFor('the answers', ({ hop, outcome }) => hop === 'invocation' && outcome === 'items-failed');
    await pipeline.redeliver();
  }
  await pipeline.waitFor('the burials', ({ hop }) => hop === 'redriven-to-dlq', buriedBefore + users.length);
}

/** Registers a user whose event the rule may not send to bucket-service just then. */
export async function failDelivery(pipeline: Pipeline, user: string): Promise<void> {
  const { queues } = pipeline.engine.services;
  const { policies } = queues.all().find(({ name }) => name.includes('BucketServiceQueue')) as Queue;
  const kept = [...policies];
  policies.clear();
  const before = pipeline.entries(({ hop }) => hop === 'rule-dlq').length;
  await pipeline.register(user);
  await pipeline.waitFor('the burial', ({ hop }) => hop === 'rule-dlq', before + 1);
  for (const [id, policy] of kept) policies.set(id, policy);
}

/** Changes rows while the pipe stands still, for so long that it gives up their records when it goes on. */
export async function failPipe(pipeline: Pipeline, change: () => Promise<void>): Promise<void> {
  const pipes = [...pipeline.engine.services.pipes.values()];
  const before = pipeline.entries(({ hop }) => hop === 'pipe-dlq').length;
  for (const pipe of pipes) pipe.pause();
  await change();
  pipeline.clock.skip(22.5 * HOUR_MS);
  for (const pipe of pipes) pipe.resume();
  await pipeline.waitFor('the letter', ({ hop }) => hop === 'pipe-dlq', before + 1);
}

/** An event as a rule would have sent it. */
export function envelope(user: string): string {
  const eventId = `event-of-${user}`;
  return JSON.stringify({
    version: '0',
    id: eventId,
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: '123456789012',
    time: '2024-04-30T06:27:15Z',
    region: 'ap-northeast-1',
    resources: [],
    detail: {
      metadata: { schemaVersion: 1, eventId, correlationId: eventId },
      data: { userId: user, registeredAt: 1714458435 },
    },
  });
}

/** Puts a message into a queue beside the services. */
export async function send(pipeline: Pipeline, queueUrl: string, body: string): Promise<void> {
  await pipeline.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Users of the BucketCreated events that are on the bus. */
export function usersWithBucket(pipeline: Pipeline): Set<string> {
  const events = pipeline.entries((entry) => isEvent(entry, 'BucketCreated'));
  return new Set(events.map(({ detail }) => (detail as { data: { userId: string } }).data.userId));
}
