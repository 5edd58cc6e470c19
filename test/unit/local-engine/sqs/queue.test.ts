import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, PriorityQueue } from '../../../../packages/local-engine/sqs/priority-queue.ts';
import { entriesOf, makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const ARN = queueArn('users');

function given(attributes: Readonly<Record<string, string>> = {}) {
  const parts = makeParts();
  const queues = makeQueues(parts);
  const queue = queues.create(queueProps('users', attributes));
  const bodies = () => queues.receive(ARN, 10).map(({ message }) => message.body);
  return { ...parts, queues, queue, bodies };
}

describe('the turn of a message', () => {
  test('given one that comes back, it has the turn that it had, before those that were sent later', async () => {
    const { queues, clock, bodies } = given();
    await queues.send(ARN, 'first');
    queues.receive(ARN, 1);
    await queues.send(ARN, 'second');
    clock.skip(30 * SECOND_MS);
    expect(bodies()).toEqual(['first', 'second']);
  });

  test('given a receive that hides nothing, each message is received once by it, and again by the next', async () => {
    const { queues, queue, bodies } = given();
    for (const body of ['a', 'b']) await queues.send(ARN, body);
    const received = queues.messages.receiveAsClient(queue, 10, 0);
    expect(received.map(({ message }) => message.body)).toEqual(['a', 'b']);
    expect(queue.messages.map(({ receives }) => receives)).toEqual([1, 1]);
    expect(bodies()).toEqual(['a', 'b']);
  });
});

describe('the retention period', () => {
  test.each([{ state: 'waits' }, { state: 'was received' }, { state: 'is delayed' }])(
    'given a message that $state, it is gone when the period is over, and not before',
    async ({ state }) => {
      const { queues, queue, clock } = given({ MessageRetentionPeriod: '60', VisibilityTimeout: '600' });
      queues.messages.put(queue, { body: 'old' }, state === 'is delayed' ? 900 : 0);
      if (state === 'was received') queues.receive(ARN, 1);
      const count = () => queue.visible + queue.inFlight + queue.delayed;
      clock.skip(59 * SECOND_MS);
      queues.messages.put(queue, { body: 'young' });
      expect(count()).toBe(2);
      clock.skip(1 * SECOND_MS);
      expect(count()).toBe(1);
      expect(waitingIn(queues, 'users').map(({ body }) => body)).toEqual(['young']);
    },
  );

  test('given a shorter period, it holds for messages that are there', async () => {
    const { queues, queue, clock } = given();
    await queues.send(ARN, 'old');
    clock.skip(120 * SECOND_MS);
    queues.setAttributes(ARN, { MessageRetentionPeriod: '60' });
    expect(queue.visible).toBe(0);
  });

  test('given a dead letter, its age counts from when it was first sent', async () => {
    const { queues, clock } = given({ MessageRetentionPeriod: '3600' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 1 });
    queues.create(queueProps('source', { VisibilityTimeout: '1800', RedrivePolicy }));
    await queues.send(queueArn('source'), 'poison');
    queues.receive(queueArn('source'), 1);
    clock.skip(1800 * SECOND_MS);
    queues.receive(queueArn('source'), 1);
    expect(queues.get(ARN).visible).toBe(1);
    clock.skip(1800 * SECOND_MS);
    expect(queues.get(ARN).visible).toBe(0);
  });
});

describe('long polling', () => {
  test('given a message that comes meanwhile, it is received at once', async () => {
    const { queues, queue } = given();
    const polled = queues.messages.poll(queue, 10, undefined, 20);
    await queues.send(ARN, 'late');
    expect((await polled).map(({ message }) => message.body)).toEqual(['late']);
  });

  test('given a message whose visibility timeout ends meanwhile, it is received then', async () => {
    const { queues, queue, clock } = given({ VisibilityTimeout: '5' });
    await queues.send(ARN, 'back');
    queues.receive(ARN, 1);
    const polled = queues.messages.poll(queue, 10, undefined, 20);
    clock.skip(5 * SECOND_MS);
    expect((await polled).map(({ receives }) => receives)).toEqual([2]);
  });

  test.each([
    { end: 'the time is over', run: ({ clock }: ReturnType<typeof given>) => clock.skip(20 * SECOND_MS) },
    { end: 'the queue is removed', run: ({ queues }: ReturnType<typeof given>) => queues.remove(ARN) },
    { end: 'the engine ends', run: ({ queues }: ReturnType<typeof given>) => queues.close() },
  ])('given no message until $end, there is none, and nothing waits any more', async ({ run }) => {
    const it = given();
    const polled = it.queues.messages.poll(it.queue, 10, undefined, 20);
    run(it);
    expect(await polled).toEqual([]);
    it.queues.messages.put(it.queue, { body: 'late' });
    expect(it.queue.visible).toBe(1);
  });

  test('given two that wait and one message, one has it and the other waits on', async () => {
    const { queues, queue, clock } = given();
    const polls = [1, 2].map(() => queues.messages.poll(queue, 10, undefined, 20));
    await queues.send(ARN, 'one');
    const first = await Promise.race(polls);
    expect(first).toHaveLength(1);
    clock.skip(20 * SECOND_MS);
    expect((await Promise.all(polls)).map(({ length }) => length).sort()).toEqual([0, 1]);
  });
});

test('given 100,000 messages, each is received in its turn and deleted', async () => {
  const { queues, queue, journal, ...parts } = given();
  const COUNT = 100_000;
  for (let n = 0; n < COUNT; n++) queues.messages.put(queue, { body: String(n) });
  let next = 0;
  for (;;) {
    const received = queues.receive(ARN, 10);
    if (received.length === 0) break;
    for (const one of received) {
      expect(one.message.body === String(next++)).toBe(true);
      queues.messages.handled(ARN, one);
    }
  }
  expect([next, queue.visible, queue.inFlight]).toEqual([COUNT, 0, 0]);
  expect(entriesOf({ journal, ...parts }, 'message').length).toBeGreaterThan(0);
});

/** Adds an item of this priority, or removes one of those that are there. */
const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.record({ remove: fc.nat() })), { maxLength: 200 });

test('given any items that come and go, also from the middle, the first is always one of the least priority', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const queue = new PriorityQueue<number>();
      const there: Entry<number>[] = [];
      for (const step of all) {
        if (typeof step === 'number') there.push(queue.add(step, step));
        else for (const entry of there.splice(step.remove % Math.max(1, there.length), 1)) queue.remove(entry);
        const priorities = there.map(({ priority }) => priority).sort((a, b) => a - b);
        expect([queue.size, queue.first?.priority, queue.sorted()]).toEqual([
          priorities.length,
          priorities[0],
          priorities,
        ]);
      }
    }),
  );
});

test('given an entry that has left before, removing it again changes nothing', () => {
  const queue = new PriorityQueue<string>();
  const gone = queue.add(1, 'gone');
  queue.add(2, 'stays');
  queue.remove(gone);
  queue.remove(gone);
  expect(queue.sorted()).toEqual(['stays']);
  queue.clear();
  queue.remove(gone);
  expect([queue.size, queue.first]).toEqual([0, undefined]);
});
