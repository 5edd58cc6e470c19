import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Progress } from '../../cli/output/progress.ts';
import { putEventsWith, requireBus } from '../aws/event-bridge.ts';
import type { OnStack } from '../deployed/stack.ts';
import { SqsLetterQueue } from './letter-queue.ts';
import { pipeRecordsReader } from './open-dlqs.ts';
import { Pace } from './pace.ts';
import type { PlannedDlq } from './plan-queues.ts';
import { putRegistrations } from './put-registrations.ts';
import { type Redrive, type RedriveOutcome, redriveEvents, redrivePipe } from './redrive.ts';

/** Messages a second that one lane manages on AWS, where each takes two calls and shares a third. */
const RATE_OF_A_LANE = 100;

/** A queue that is to be redriven; its outcome is told as it comes. */
export interface QueueToRedrive extends PlannedDlq {
  readonly outcome: RedriveOutcome;
}

export interface RedriveQueuesOptions {
  /** Name of the bus for what the pipe gave up. */
  readonly bus: string;
  /** Messages a second, over all queues. */
  readonly rate: number;
  readonly signal: AbortSignal;
}

/** @throws CommandFailure if a message would have nowhere to go */
export async function requireTargets({ clients }: OnStack, queues: readonly PlannedDlq[], bus: string): Promise<void> {
  for (const { dlq, plan } of queues) {
    if (plan.most === 0) continue;
    if (dlq.owner === 'pipe') await requireBus(clients.of(EventBridgeClient), bus);
    else await new SqsLetterQueue(clients.of(SQSClient), dlq.subscriber.queueUrl).depth();
  }
}

/** Redrives one queue after the other, and shows how far it is. */
export async function redriveQueues(
  on: OnStack,
  queues: readonly QueueToRedrive[],
  { bus, rate, signal }: RedriveQueuesOptions,
): Promise<void> {
  const now = () => performance.now();
  const pace = new Pace({ perSecond: rate, now, pause: pauseUnlessStopped });
  const total = queues.reduce((sum, { plan }) => sum + plan.most, 0);
  const progress = new Progress({ stream: process.stderr, label: 'redriven', total, now });
  const onProgress = () => progress.advance();
  const recordsOf = pipeRecordsReader(on);
  const put = putRegistrations(bus, putEventsWith(on.clients.of(EventBridgeClient)));
  try {
    for (const { dlq, queue, plan, outcome } of queues) {
      if (plan.most === 0) continue;
      const lanes = Math.ceil(rate / RATE_OF_A_LANE);
      const run: Redrive = { queue, outcome, pace, signal, now, most: plan.most, lanes, onProgress };
      if (dlq.owner === 'pipe') {
        await redrivePipe(run, { recordsOf, put, leave: (body) => queue.send(body) });
      } else {
        const target = new SqsLetterQueue(on.clients.of(SQSClient), dlq.subscriber.queueUrl);
        await redriveEvents(run, (body) => target.send(body));
      }
    }
  } finally {
    progress.clear();
  }
}

async function pauseUnlessStopped(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
