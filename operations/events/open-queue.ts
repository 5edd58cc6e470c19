import { SQSClient } from '@aws-sdk/client-sqs';
import { explainAwsError } from '../aws/aws-failure.ts';
import { newName } from '../deployed/replays.ts';
import { TEMPORARY_PREFIX } from '../deployed/temporary-rules.ts';
import { pauseUnless } from '../time/time.ts';
import { eventPattern } from './event-pattern.ts';
import type { EventsSession } from './events-session.ts';
import { QueueReader } from './queue-reader.ts';
import { TemporaryQueue } from './temporary-queue.ts';

/** A temporary queue that is in effect. */
export interface OpenQueue {
  readonly name: string;
  readonly ruleArn: string;
  readonly reader: QueueReader;
  renew(): Promise<void>;
}

/**
 * Runs something with a temporary queue, which is removed again behind it however that ends.
 * @param isForReplay whether it gets the events of the replay that has its name, and no others
 */
export async function* withTemporaryQueue<T>(
  session: EventsSession,
  isForReplay: boolean,
  run: (queue: OpenQueue) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { on, bus, filter, delays, signal, now } = session;
  const name = newName(TEMPORARY_PREFIX, now(), Math.random());
  const account = bus.busArn.split(':')[4] ?? '';
  const pattern = eventPattern({ ...filter, ...(isForReplay && { replayName: name }) }, account);
  const queue = new TemporaryQueue(on.clients, { name, ...bus, pattern });
  try {
    await queue.open(now());
    await pauseUnless(signal, delays.ruleMs);
    if (signal.aborted) return;
    const reader = new QueueReader(on.clients.of(SQSClient), queue.url);
    yield* run({ name, ruleArn: queue.ruleArn, reader, renew: () => queue.renew(now()) });
  } finally {
    await putAway(session, name, () => queue.close());
  }
}

/** Whatever fails here is told, and does not hide how the command ended. */
export async function putAway({ on, note }: EventsSession, what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { message } = explainAwsError(error, on.target) as Error;
    note(`${what} is left behind, and removed by another run after an hour: ${message}`);
    process.exitCode = 1;
  }
}
