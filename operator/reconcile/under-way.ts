import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { SQSClient } from '@aws-sdk/client-sqs';
import { explainAwsError } from '../aws-failure.ts';
import type { OnStack } from '../command-run.ts';
import { count } from '../display.ts';
import { CommandFailure } from '../errors.ts';
import { type QueueDepths, readQueueDepths } from '../replay/queue-depths.ts';
import { requireOutput } from '../stack-outputs.ts';
import { findSubscribers } from '../subscribers.ts';

/** The subscribers that bring a registration to its URI. */
const ON_THE_WAY = new Set(['bucket-service', 'uri-recorder']);

/** What of the registrations may still be under way, in words; nothing where all is done. */
export async function describeUnderWay(on: OnStack): Promise<string[]> {
  const { clients, stack } = on;
  const subscribers = findSubscribers(stack).filter(({ name }) => ON_THE_WAY.has(name));
  const parts = await Promise.all([
    unlessRefused(on, 'the pipe', async () => {
      const Name = requireOutput(stack, 'PipeName');
      const { CurrentState = 'of no known state' } = await clients
        .of(PipesClient)
        .send(new DescribePipeCommand({ Name }));
      return CurrentState === 'RUNNING' ? [] : [`the pipe is ${CurrentState}`];
    }),
    unlessRefused(on, 'the queues', async () =>
      (await readQueueDepths(clients.of(SQSClient), subscribers)).flatMap(describeDepths),
    ),
  ]);
  return parts.flat();
}

function describeDepths({ subscriber, waiting, deadLetters }: QueueDepths): string[] {
  return [
    ...(waiting > 0 ? [`${count(waiting, 'event')} of ${subscriber} in its queue`] : []),
    ...(deadLetters > 0 ? [`${count(deadLetters, 'event')} of ${subscriber} in its dead-letter queue`] : []),
  ];
}

/** Whoever may not look at a part is told so, and the rest is done. */
async function unlessRefused(on: OnStack, part: string, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    const explained = explainAwsError(error, on.target);
    if (explained instanceof CommandFailure) return [`${part} could not be looked at (${explained.message})`];
    throw explained;
  }
}
