import { describe, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '../../../../packages/local-engine/sqs/index.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { entriesOf, makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps } from '../support/queues.ts';

const SECOND_MS = 1000;
const ARN = queueArn('users');
const DLQ = queueArn('dlq');

/** The queue `users`, whose messages come back after 30 seconds, twice, and then go to `dlq`. */
function open(storage?: Storage) {
  const parts = makeParts(storage);
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ, maxReceiveCount: 2 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  const buried = () => queues.get(DLQ).messages[0];
  const bury = async (body: string) => {
    await queues.send(ARN, body);
    for (let receive = 0; receive < 3; receive++) {
      queues.receive(ARN, 10);
      parts.clock.skip(30 * SECOND_MS);
    }
  };
  return { ...parts, queues, buried, bury };
}

describe('a message that a redrive policy has moved', () => {
  test('it is known from which queue, and when', async () => {
    const { clock, buried, bury } = open();
    await bury('poison');
    const origin = buried()?.origin;
    expect(origin?.sourceArn).toBe(ARN);
    // It was moved by the third receive, 30 seconds ago.
    expect(clock.now() - (origin?.movedAt ?? 0)).toBeGreaterThanOrEqual(30 * SECOND_MS);
    expect(clock.now() - (origin?.movedAt ?? 0)).toBeLessThan(40 * SECOND_MS);
  });

  test('the move counts as no receive, and the time when it was sent stays', async () => {
    const { queues, buried, bury, ...parts } = open();
    await bury('poison');
    const sentAt = buried()?.sentAt ?? 0;
    expect(entriesOf(parts, 'redriven-to-dlq')).toMatchObject([{ queue: 'dlq', receives: 2 }]);
    const [received] = queues.receive(DLQ, 1);
    expect(received?.message).toMatchObject({ receives: 3, sentAt });
    expect(entriesOf(parts, 'message')[0]?.at).toBeCloseTo(sentAt, -2);
  });
});

test('given a message that was sent to the dead-letter queue, it has no origin', async () => {
  const { queues, buried, ...parts } = open();
  await queues.send(DLQ, 'undeliverable');
  expect(buried()).toMatchObject({ body: 'undeliverable', origin: undefined });
  expect(entriesOf(parts, 'redriven-to-dlq')).toEqual([]);
});

test('given a message that is sent after time was skipped, it bears the time of the engine’s clock', async () => {
  const { queues, buried, clock } = open();
  clock.skip(3600 * SECOND_MS);
  const before = clock.now();
  await queues.send(DLQ, 'later');
  expect(buried()?.sentAt).toBeGreaterThanOrEqual(before);
  expect(buried()?.sentAt).toBeLessThanOrEqual(clock.now());
});

describe('given a folder, after a restart', () => {
  test.each([{ state: 'waits' }, { state: 'was received by a client' }])(
    'when a dead letter $state, its origin is known',
    async ({ state }) => {
      const folder = dataFolder();
      const before = open(openStorage(folder));
      await before.bury('poison');
      const origin = before.buried()?.origin;
      if (state !== 'waits') before.queues.messages.receiveAsClient(before.queues.get(DLQ), 1, 3600);
      before.storage.close();
      const { queues } = open(openStorage(folder));
      expect([...queues.get(DLQ).arrived()].map((message) => message.origin)).toEqual([origin]);
    },
  );

  test('when a dead letter was deleted, nothing of it stays in the data folder', async () => {
    const folder = dataFolder();
    const { queues, bury, storage } = open(openStorage(folder));
    await bury('poison');
    queues.messages.handled(DLQ, queues.receive(DLQ, 1)[0] as ReceivedMessage);
    expect(storage.db.prepare('SELECT * FROM queue_messages').all()).toEqual([]);
  });
});
