import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { putEventsWith, requireBus } from '../aws/event-bridge.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { Pace } from '../time/waiting.ts';
import type { DeadLetterChoice } from './explain.ts';
import { scanChosen } from './list.ts';
import { pipeRecordsReader, putRegistrations } from './pipe-records.ts';
import {
  emptyOutcome,
  type PipeEffects,
  type RedriveOutcome,
  type RedriveRun,
  redriveEvents,
  redrivePipe,
} from './redrive-queue.ts';
import { queueOf, type Scan, type ScannedQueue } from './scan.ts';

/** This many messages of a queue are read to say what is in it. */
const SCANNED = 1000;

/**
 * Messages a second. The usual rate sends a thousand in two minutes, and is a light load for a service that was just fixed. The
 * highest is what SQS's own redrive offers (SQS API reference, StartMessageMoveTask).
 */
export const REDRIVE_RATE = { usual: 10, most: 500 } as const;

/** Messages a second that one receive loop manages on AWS, where each message takes two calls and shares a third. */
const RATE_OF_ONE_LOOP = 100;

export interface RedrivePlan extends Scan {
  /** Name of the bus for the registrations of the pipe's messages. */
  readonly bus: string;
}

export interface RedrivenQueue {
  readonly plan: ScannedQueue;
  readonly outcome: RedriveOutcome;
}

/**
 * Reads what a redrive would send. Changes nothing.
 * @param limit messages in all queues together
 * @throws UsageError for a choice that cannot be read
 */
export async function planRedrive(
  on: OnStack,
  choice: DeadLetterChoice,
  { limit, signal }: { limit?: number | undefined; signal: AbortSignal },
): Promise<RedrivePlan> {
  const bus = requireOutput(on.stack, 'EventBusName');
  return { ...(await scanChosen(on, choice, { limit, scanned: SCANNED, signal })), bus };
}

/** @throws CommandFailure if the bus or a queue that messages would go to does not exist */
export async function requireRedriveTargets(on: OnStack, { queues, bus }: RedrivePlan): Promise<void> {
  for (const queue of queues.filter(({ most }) => most > 0)) {
    if (queue.owner === 'pipe') await requireBus(on.clients.of(EventBridgeClient), bus);
    else await queueOf(on, queue.subscriber.queueUrl).depth();
  }
}

interface RedriveOptions {
  readonly rate: number;
  readonly signal: AbortSignal;
  readonly onProgress: (queues: readonly RedrivenQueue[]) => void;
}

/**
 * Sends a subscriber's events to its queue, and the pipe's registrations to the bus, one dead-letter queue after the other.
 * @param options `rate` is in messages a second, over all queues; `onProgress` is called at the start and after each message
 */
export async function redrive(
  on: OnStack,
  { queues, bus }: RedrivePlan,
  { rate, signal, onProgress }: RedriveOptions,
): Promise<RedrivenQueue[]> {
  const pace = new Pace(rate);
  const recordsOf = pipeRecordsReader(on);
  const effects = putEventsWith(on.clients.of(EventBridgeClient));
  const redriven = queues.map((plan) => ({ plan, outcome: emptyOutcome() }));
  onProgress(redriven);
  for (const { plan, outcome } of redriven) {
    if (plan.most === 0) continue;
    const queue = queueOf(on, plan.url);
    const { most, looked, summary } = plan;
    const run: RedriveRun = {
      queue,
      outcome,
      pace,
      signal,
      most,
      wasThere: (messageId) => summary.has(messageId),
      ...(looked !== undefined && { isChosen: ({ MessageId }) => summary.has(MessageId) }),
      concurrency: Math.ceil(rate / RATE_OF_ONE_LOOP),
      onProgress: () => onProgress(redriven),
    };
    if (plan.owner === 'pipe') {
      const put: PipeEffects['put'] = (registrations) => putRegistrations(bus, registrations, effects);
      await redrivePipe(run, { recordsOf, put, leave: (body) => queue.send(body) });
    } else {
      await redriveEvents(run, (body) => queueOf(on, plan.subscriber.queueUrl).send(body));
    }
  }
  return redriven;
}
