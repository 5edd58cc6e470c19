import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { OnStack } from '../deployed/stack.ts';
import { type Clock, Pace, SYSTEM_CLOCK } from '../time/waiting.ts';
import type { ChosenPlan } from './chosen-plan.ts';
import type { ChosenEvent } from './done-events.ts';

/** How far a replay of chosen events is. */
export interface SentEvents {
  readonly sent: number;
  readonly total: number;
  /**
   * The time of the first event that may not be sent, in milliseconds since the Unix epoch: from there it can be continued.
   * @default - all are sent
   */
  readonly next?: number;
}

export interface SendOptions {
  /** Events a second, to all subscribers together. */
  readonly rate: number;
  /** No event is sent after it is aborted; those that are on their way arrive. */
  readonly signal: AbortSignal;
  /** Called at the start and after each event; the last one holds also if this ends with an error. */
  readonly onProgress: (progress: SentEvents) => void;
  readonly clock?: Clock;
}

/** Events a second, unless something else is asked for. */
export const DEFAULT_RATE = 100;

/** Messages a second that one loop manages on AWS, where a call takes some 20 ms. */
const RATE_OF_ONE_LOOP = 50;

/**
 * Sends the events of a plan to their subscribers' queues, in the order of their times. The archive keeps them: after an
 * interruption, whatever was not sent can be sent by another run. An event whose answer was lost is sent again then.
 * @returns how far it came
 * @throws the error of the first call that failed; nothing is sent after it
 */
export async function sendChosen(
  { clients }: OnStack,
  plan: ChosenPlan,
  { rate, signal, onProgress, clock = SYSTEM_CLOCK }: SendOptions,
): Promise<SentEvents> {
  const sqs = clients.of(SQSClient);
  const queue = inOrder(plan);
  const pace = new Pace(rate, clock);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const unsent = new Set(queue.keys());
  let next = 0;
  const progress = (): SentEvents => {
    // The keys are in the order of time, so the first one left is the earliest.
    const [first] = unsent;
    const event = first === undefined ? undefined : queue[first];
    return { sent: queue.length - unsent.size, total: queue.length, ...(event && { next: event.at }) };
  };
  const loop = async () => {
    while (next < queue.length && !stop.aborted) {
      await pace.turn(stop);
      const index = next;
      const event = queue[index];
      if (stop.aborted || event === undefined) return;
      next += 1;
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl: event.queueUrl, MessageBody: event.body }));
      } catch (error) {
        failed.abort();
        throw error;
      }
      unsent.delete(index);
      onProgress(progress());
    }
  };
  onProgress(progress());
  const loops = Array.from({ length: Math.ceil(rate / RATE_OF_ONE_LOOP) }, loop);
  // What is on its way counts, also where another call failed.
  const ended = await Promise.allSettled(loops);
  const failure = ended.find((each) => each.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return progress();
}

interface QueuedEvent extends ChosenEvent {
  readonly queueUrl: string;
}

function inOrder({ receivers }: ChosenPlan): QueuedEvent[] {
  return receivers
    .flatMap(({ subscriber: { queueUrl }, events }) => events.map((event) => ({ ...event, queueUrl })))
    .sort((one, other) => one.at - other.at);
}
