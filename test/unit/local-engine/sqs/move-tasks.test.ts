import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { dataFolder, openStorage } from '../support/folder.ts';
import { settle } from '../support/parts.ts';
import { DLQ, isEnd, openMoves, queueArn } from '../support/queues.ts';

describe('a task that StartMessageMoveTask has started', () => {
  test('given no destination, each message goes back to its own source, as a new one with its body and attributes', async () => {
    const { queues, bury, start, ended, bodiesIn, list, clock } = openMoves();
    await bury('users', 'u1', 'u2');
    await bury('orders', 'o1');
    const before = queues.get(DLQ).messages.map(({ messageId }) => messageId);
    clock.skip(60_000);
    await start();
    await ended();
    expect([bodiesIn('dlq'), bodiesIn('users'), bodiesIn('orders')]).toEqual([[], ['u1', 'u2'], ['o1']]);
    expect(queues.get(DLQ).inFlight).toBe(0);
    for (const message of queues.get(queueArn('users')).messages) {
      expect(before).not.toContain(message.messageId);
      expect(message).toMatchObject({
        receives: 0,
        attributes: { TYPE: { DataType: 'String', StringValue: 'x' } },
      });
      expect(clock.now() - message.sentAt).toBeLessThan(10_000);
    }
    expect(await list()).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn: DLQ,
        ApproximateNumberOfMessagesMoved: 3,
        ApproximateNumberOfMessagesToMove: 3,
        StartedTimestamp: expect.any(Number),
      },
    ]);
  });

  test('given a destination, every message goes there, also one that was sent to the dead-letter queue', async () => {
    const { queues, bury, start, ended, bodiesIn, list } = openMoves();
    await queues.send(DLQ, 'undeliverable');
    await bury('users', 'u1');
    await start({ DestinationArn: queueArn('other') });
    await ended();
    expect(bodiesIn('other')).toEqual(['undeliverable', 'u1']);
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', DestinationArn: queueArn('other') }]);
  });

  test('given no messages, it is completed', async () => {
    const { start, ended, list } = openMoves();
    await start();
    await ended();
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesToMove: 0 }]);
  });

  test('given messages that come after its start, it leaves them', async () => {
    const { queues, bury, start, ended, bodiesIn } = openMoves();
    await bury('users', 'u1', 'u2');
    await start({ MaxNumberOfMessagesPerSecond: 1 });
    await settle();
    await bury('orders', 'later');
    await queues.send(DLQ, 'undeliverable');
    await ended();
    expect(bodiesIn('dlq')).toEqual(['later', 'undeliverable']);
  });

  test('given a message that somebody has received, it leaves that', async () => {
    const { queues, bury, start, ended, bodiesIn, list } = openMoves();
    await bury('users', 'u1', 'u2');
    queues.receive(DLQ, 1);
    await start();
    await ended();
    expect(bodiesIn('users')).toEqual(['u2']);
    expect(queues.get(DLQ).inFlight).toBe(1);
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesToMove: 1 }]);
  });
});

describe('the rate', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    { rate: 1, pauseMs: 1000, atOnce: 1 },
    { rate: 3, pauseMs: 334, atOnce: 1 },
    { rate: 40, pauseMs: 100, atOnce: 4 },
    { rate: 500, pauseMs: 100, atOnce: 50 },
    { rate: undefined, pauseMs: 100, atOnce: 50 },
  ])('given $rate messages a second, $atOnce are moved every $pauseMs ms', async ({ rate, pauseMs, atOnce }) => {
    const { queues, start, clock, bodiesIn, journal } = openMoves();
    // Only skips make time pass.
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    for (let n = 0; n < atOnce * 3; n++) await queues.send(DLQ, String(n));
    await start({ DestinationArn: queueArn('other'), MaxNumberOfMessagesPerSecond: rate });
    const moved = [];
    for (const pause of [0, pauseMs - 1, 1, pauseMs - 1, 1]) {
      clock.skip(pause);
      moved.push(bodiesIn('other').length);
    }
    expect(moved).toEqual([1, 1, 2, 2, 3].map((times) => atOnce * times));
    expect(journal.entries().filter(isEnd)).toMatchObject([{ status: 'COMPLETED', moved: atOnce * 3 }]);
  });
});

describe('what fails', () => {
  test('given a message without a source and no destination, it stays, all others are moved, and the task fails', async () => {
    const { queues, bury, start, ended, bodiesIn, list } = openMoves();
    await bury('users', 'u1');
    await queues.send(DLQ, 'undeliverable');
    await bury('users', 'u2');
    await start();
    await ended();
    expect([bodiesIn('users'), bodiesIn('dlq')]).toEqual([['u1', 'u2'], ['undeliverable']]);
    expect(await list()).toMatchObject([
      { Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource', ApproximateNumberOfMessagesMoved: 2 },
    ]);
    expect(queues.get(DLQ).messages[0]).toMatchObject({ receives: 0 });
  });

  test('given a message whose source is gone, the dead letters of other queues are moved, and the task fails', async () => {
    const { queues, bury, start, ended, bodiesIn, list } = openMoves();
    await bury('users', 'u1');
    await bury('orders', 'o1');
    await start();
    queues.remove(queueArn('users'));
    await ended();
    expect([bodiesIn('orders'), bodiesIn('dlq')]).toEqual([['o1'], ['u1']]);
    expect(await list()).toMatchObject([
      {
        Status: 'FAILED',
        FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
        ApproximateNumberOfMessagesMoved: 1,
      },
    ]);
  });

  test('given a message that a client received meanwhile, it is left to that, and one that was deleted is no failure', async () => {
    const { queues, bury, start, ended, bodiesIn, list } = openMoves();
    await bury('users', 'u1', 'u2', 'u3');
    await start();
    const [first] = queues.receive(DLQ, 1);
    const deleted = queues.get(DLQ).find(queues.get(DLQ).messages[0]?.messageId ?? '');
    if (deleted) queues.messages.delete(queues.get(DLQ), deleted);
    await ended();
    expect([bodiesIn('users'), first?.message.body]).toEqual([['u3'], 'u1']);
    expect(await list()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  });

  test.each([
    { gone: 'the destination', request: { DestinationArn: queueArn('other') }, name: 'other' },
    { gone: 'the queue that a message came from', request: {}, name: 'users' },
    { gone: 'the dead-letter queue', request: {}, name: 'dlq' },
  ])('given that $gone is deleted meanwhile, it fails', async ({ request, name }) => {
    const { queues, bury, start, journal } = openMoves();
    await bury('users', 'u1');
    await start(request);
    queues.remove(queueArn(name));
    await journal.waitFor('the end', isEnd);
    expect(journal.entries().find(isEnd)).toMatchObject({
      status: 'FAILED',
      failureReason: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});

test('given a folder and an engine that ends in the middle, each message is in exactly one queue', async () => {
  const folder = dataFolder();
  const before = openMoves(openStorage(folder));
  await before.bury('users', 'u1', 'u2', 'u3');
  await before.start({ MaxNumberOfMessagesPerSecond: 1 });
  before.clock.skip(1);
  before.storage.close();
  const { bodiesIn, start, ended } = openMoves(openStorage(folder));
  expect([bodiesIn('users'), bodiesIn('dlq')]).toEqual([['u1'], ['u2', 'u3']]);
  await start();
  await ended();
  expect([bodiesIn('users'), bodiesIn('dlq')]).toEqual([['u1', 'u2', 'u3'], []]);
});
