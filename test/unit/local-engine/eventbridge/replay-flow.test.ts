import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { EVENTS_IN_TURN, MOST_WAITING, PATIENCE_MS } from '../../../../packages/local-engine/eventbridge/replay-run.ts';
import { makeReplays } from '../support/event-bridge.ts';
import { settle } from '../support/parts.ts';
import { queueArn, queueProps } from '../support/queues.ts';

const USERS = queueArn('users');
const EVENTS = 3 * MOST_WAITING;

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
  jest.restoreAllMocks();
});

/** A replay whose rule has a real queue without a consumer, which is full by now. */
async function heldBack() {
  const it = makeReplays();
  const ids = it.put(...Array.from({ length: EVENTS }, (_, second) => second));
  it.queues.create(queueProps('users'));
  it.delivered();
  ending.push(() => it.events.replays.stop());
  const [archive] = it.events.buses.archives();
  if (archive === undefined) throw new Error('There is no archive.');
  // Not of the class: replays of other files in this worker read theirs.
  const pages = jest.spyOn(archive, 'page');
  const waiting = () => it.queues.get(USERS).messages.length;
  await it.startReplay();
  while (waiting() < MOST_WAITING) await settle();
  await settle();
  const take = (count: number) => {
    for (let taken = 0; taken < count; taken += 10) it.queues.receive(USERS, 10);
  };
  return { ...it, ids, pages, waiting, take };
}

describe('a replay into a queue without a consumer', () => {
  test('given that it is full, the replay waits, and reads nothing meanwhile', async () => {
    const { waiting, pages, state } = await heldBack();
    const [held, read] = [waiting(), pages.mock.calls.length];
    expect(held).toBeLessThan(MOST_WAITING + EVENTS_IN_TURN);
    expect(read).toBe(Math.ceil(MOST_WAITING / EVENTS_IN_TURN));
    await settle();
    expect(waiting()).toBe(held);
    expect(pages).toHaveBeenCalledTimes(read);
    await expect(state()).resolves.toBe('RUNNING');
  });

  test('given that a consumer takes some, it sends as many more, and in the end each event was sent once', async () => {
    const { waiting, take, reached, delivered, replayed, ids, pages } = await heldBack();
    const completed = reached('COMPLETED');
    let mostWaiting = 0;
    for (let taken = 0; taken < EVENTS; taken += 50) {
      take(50);
      await settle();
      mostWaiting = Math.max(mostWaiting, waiting());
    }
    await completed;
    expect(mostWaiting).toBeLessThan(MOST_WAITING + EVENTS_IN_TURN);
    expect(delivered()).toEqual((await replayed(ids)).map((id) => `users ${id}`));
    // Every page once, and one more to see that there is nothing behind the last.
    expect(pages).toHaveBeenCalledTimes(EVENTS / EVENTS_IN_TURN + 1);
    expect(new Set(pages.mock.calls.map(([, limit]) => limit))).toEqual(new Set([EVENTS_IN_TURN]));
  });

  test('given that a consumer takes much at once, the rest of the engine still has its turns', async () => {
    const { take, delivered } = await heldBack();
    delivered();
    take(MOST_WAITING);
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered()).toHaveLength(EVENTS_IN_TURN);
  });

  test('given that no consumer takes any for long, it continues all the same, as it would on AWS', async () => {
    const { clock, reached, delivered, ids } = await heldBack();
    clock.skip(PATIENCE_MS * clock.timeFactor);
    await reached('COMPLETED');
    expect(delivered()).toHaveLength(ids.length);
  });

  test('given a clock that skips while somebody takes, each event is still sent once', async () => {
    const { clock, take, reached, delivered, replayed, ids } = await heldBack();
    take(10);
    clock.skip(24 * PATIENCE_MS * clock.timeFactor);
    take(10);
    clock.skip(24 * PATIENCE_MS * clock.timeFactor);
    await reached('COMPLETED');
    expect(delivered()).toEqual((await replayed(ids)).map((id) => `users ${id}`));
  });

  test('given that it is cancelled, it is so at once', async () => {
    const { call, reached, waiting } = await heldBack();
    const held = waiting();
    await call('CancelReplay', { ReplayName: 'again' });
    await reached('CANCELLED');
    expect(waiting()).toBe(held);
  });

  test('given that the queue is removed, it does not wait for long', async () => {
    const { queues, clock, reached } = await heldBack();
    queues.remove(USERS);
    clock.skip(PATIENCE_MS * clock.timeFactor);
    await reached('COMPLETED');
  });
});
