import { afterEach, describe, expect, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { MOST_WAITING, PATIENCE_MS, ReplayPace } from '../../../../packages/local-engine/eventbridge/replay-run.ts';
import { makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps } from '../support/queues.ts';

const USERS = queueArn('users');
const VISIBILITY_TIMEOUT_MS = 30_000;
const TO_MAIL_AFTER_ONE = JSON.stringify({ deadLetterTargetArn: queueArn('mail'), maxReceiveCount: 1 });

const paces: ReplayPace[] = [];

afterEach(() => {
  for (const pace of paces.splice(0)) pace.stop();
});

/**
 * @param attributes of the queue `users`
 * @param paceClock the pace's own
 */
function makePace(attributes: Readonly<Record<string, string>> = {}, paceClock?: SkippingClock) {
  const parts = makeParts();
  const queues = makeQueues(parts, 'mail');
  queues.create(queueProps('users', attributes));
  let calls = 0;
  const pace = new ReplayPace({ queues, clock: paceClock ?? parts.clock, onProgress: () => calls++ });
  paces.push(pace);
  const send = async (count: number, arn = USERS) => {
    for (let number = 0; number < count; number++) await queues.send(arn, '{}');
  };
  return { ...parts, queues, pace, send, calls: () => calls };
}

describe('whether a replay may send more', () => {
  test('given queues with little in them, it may', async () => {
    const { pace, send } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING - 1);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given a full queue that it feeds, it may not, until enough is taken, and nothing polls', async () => {
    const { pace, send, queues, calls } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING + 1);
    expect(pace.allowsMore()).toBe(false);
    expect(calls()).toBe(0);
    queues.receive(USERS, 1);
    expect(calls()).toBe(1);
    expect(pace.allowsMore()).toBe(false);
    queues.receive(USERS, 1);
    expect(calls()).toBe(2);
    expect(pace.allowsMore()).toBe(true);
    queues.receive(USERS, 1);
    expect(calls()).toBe(2);
  });

  test('given a queue that is full of delayed messages, it may not', async () => {
    const { pace, send } = makePace({ DelaySeconds: '900' });
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    expect(pace.allowsMore()).toBe(false);
  });

  test('given a full queue that it does not feed, it may', async () => {
    const { pace, send } = makePace();
    pace.feeds([queueArn('mail')]);
    await send(MOST_WAITING);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given a full queue that is removed, it may as soon as its time is over', async () => {
    const { pace, send, queues, clock, calls } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    expect(pace.allowsMore()).toBe(false);
    queues.remove(USERS);
    clock.skip(PATIENCE_MS * clock.timeFactor);
    expect(calls()).toBe(1);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given a full queue whose messages go to its dead-letter queue instead, it is told of that', async () => {
    const { pace, send, queues, clock, calls } = makePace({ RedrivePolicy: TO_MAIL_AFTER_ONE });
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    for (let receives = 0; receives < MOST_WAITING / 10; receives++) queues.receive(USERS, 10);
    clock.skip(VISIBILITY_TIMEOUT_MS);
    expect(pace.allowsMore()).toBe(false);
    expect(queues.receive(USERS, 1)).toEqual([]);
    expect(calls()).toBe(1);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given a full queue that is purged, it may at once', async () => {
    const { pace, send, queues, calls } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    expect(pace.allowsMore()).toBe(false);
    queues.messages.purge(queues.get(USERS));
    expect(calls()).toBe(1);
    expect(pace.allowsMore()).toBe(true);
  });
});

describe('a queue without a consumer', () => {
  test('given that it is full for so long, it is not waited for, until somebody takes from it', async () => {
    const { pace, send, queues, clock, calls } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING + 20);
    expect(pace.allowsMore()).toBe(false);
    clock.skip(PATIENCE_MS * clock.timeFactor);
    expect(calls()).toBe(1);
    expect(pace.allowsMore()).toBe(true);
    queues.receive(USERS, 10);
    expect(pace.allowsMore()).toBe(false);
  });

  test('given that it is fed again meanwhile, it is not waited for any longer', async () => {
    const { pace, send, clock } = makePace();
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    clock.skip(PATIENCE_MS * clock.timeFactor - 1000);
    pace.feeds([USERS]);
    clock.skip(2000);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given a slow machine, it is waited for as many times as long', async () => {
    const clock = new SkippingClock({ timeFactor: 20 });
    const { pace, send } = makePace({}, clock);
    pace.feeds([USERS]);
    await send(MOST_WAITING);
    clock.skip(PATIENCE_MS * 19);
    expect(pace.allowsMore()).toBe(false);
    clock.skip(PATIENCE_MS);
    expect(pace.allowsMore()).toBe(true);
  });

  test('given that another is taken from, that one is still waited for', async () => {
    const { pace, send, queues, clock } = makePace();
    pace.feeds([USERS, queueArn('mail')]);
    await send(MOST_WAITING + 10);
    await send(MOST_WAITING + 20, queueArn('mail'));
    clock.skip(PATIENCE_MS * clock.timeFactor - 1000);
    queues.receive(queueArn('mail'), 10);
    clock.skip(2000);
    expect(pace.allowsMore()).toBe(false);
  });
});

test('given that it is stopped, nothing calls any more', async () => {
  const { pace, send, queues, clock, calls } = makePace();
  pace.feeds([USERS]);
  await send(MOST_WAITING);
  expect(pace.allowsMore()).toBe(false);
  pace.stop();
  queues.receive(USERS, 10);
  clock.skip(PATIENCE_MS * clock.timeFactor);
  expect(calls()).toBe(0);
});
