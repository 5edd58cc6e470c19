import { describe, expect, jest, test } from '@jest/globals';
import type { ReceivedMessage } from '../../../../packages/local-engine/sqs/index.ts';
import { entriesOf, makeParts, settle } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const ARN = queueArn('users');
const DLQ = queueArn('dlq');

/** The queue `users`, whose messages come back after 30 seconds, three times, and then go to `dlq`. */
function given() {
  const parts = makeParts();
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ, maxReceiveCount: 3 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  return { ...parts, queues };
}

describe('sending and receiving', () => {
  test('given a message, it is received with its attributes, and with an id and a count of its own', async () => {
    const { queues, ...parts } = given();
    await queues.send(ARN, 'hello', { RULE_ARN: 'arn' });
    const [received] = queues.receive(ARN, 10);
    expect(received?.message).toMatchObject({
      body: 'hello',
      attributes: { RULE_ARN: { DataType: 'String', StringValue: 'arn' } },
      receives: 1,
    });
    expect(entriesOf(parts, 'message')).toMatchObject([
      { queue: 'users', messageId: received?.message.messageId, receives: 0, body: 'hello' },
    ]);
  });

  test.each([
    { limit: 1, received: 1 },
    { limit: 5, received: 5 },
    { limit: 10, received: 10 },
    { limit: 100, received: 10 },
  ])(
    'given twelve messages and a limit of $limit, $received are received, oldest first',
    async ({ limit, received }) => {
      const { queues } = given();
      const bodies = Array.from({ length: 12 }, (_, n) => `message ${n}`);
      for (const body of bodies) await queues.send(ARN, body);
      expect(queues.receive(ARN, limit).map(({ message }) => message.body)).toEqual(bodies.slice(0, received));
    },
  );

  test('given a queue that does not exist, sending and receiving fail as on AWS', async () => {
    const { queues } = given();
    const code = 'QueueDoesNotExist';
    await expect(queues.send(queueArn('none'), 'hello')).rejects.toMatchObject({ code });
    expect(() => queues.receive(queueArn('none'), 1)).toThrow(expect.objectContaining({ code }));
    expect(queues.find(queueArn('none'))).toBeUndefined();
  });

  test('given a fault at SendMessage, nothing is sent', async () => {
    const { queues, faults } = given();
    faults.fail('sqs:SendMessage', 'ThrottlingException');
    await expect(queues.send(ARN, 'hello')).rejects.toMatchObject({ code: 'ThrottlingException' });
    expect(waitingIn(queues, 'users')).toEqual([]);
  });
});

describe('the visibility timeout', () => {
  test('given a received message, it is hidden until the clock has passed the timeout', async () => {
    const { queues, clock } = given();
    await queues.send(ARN, 'hello');
    const [first] = queues.receive(ARN, 1);
    clock.skip(20 * SECOND_MS);
    expect(queues.receive(ARN, 1)).toEqual([]);
    clock.skip(10 * SECOND_MS);
    const [second] = queues.receive(ARN, 1);
    expect(second?.message).toMatchObject({ messageId: first?.message.messageId, receives: 2 });
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  test('given a deleted message, it never comes back', async () => {
    const { queues, clock } = given();
    await queues.send(ARN, 'hello');
    queues.messages.handled(ARN, queues.receive(ARN, 1)[0] as ReceivedMessage);
    clock.skip(60 * SECOND_MS);
    expect(queues.receive(ARN, 1)).toEqual([]);
  });
});

describe('redrive', () => {
  test('given as many receives as the policy allows, the message is moved to the dead-letter queue, with its body and its attributes', async () => {
    const { queues, clock, ...parts } = given();
    await queues.send(ARN, 'poison', { RULE_ARN: 'arn' });
    const received = [1, 2, 3, 4].map(() => {
      const messages = queues.receive(ARN, 10);
      clock.skip(30 * SECOND_MS);
      return messages.length;
    });
    expect(received).toEqual([1, 1, 1, 0]);
    expect(waitingIn(queues, 'users')).toEqual([]);
    expect(waitingIn(queues, 'dlq')).toEqual([{ body: 'poison', attributes: { RULE_ARN: 'arn' } }]);
    expect(entriesOf(parts, 'redriven-to-dlq')).toMatchObject([{ queue: 'dlq', body: 'poison' }]);
  });
});

describe('consumers', () => {
  const consume = async (queues: ReturnType<typeof given>['queues']) => {
    const consumer = jest.fn();
    queues.signals.consume(ARN, consumer);
    await settle();
    consumer.mockClear();
    return consumer;
  };

  test('given messages that were there before, a new consumer is called at once', async () => {
    const { queues } = given();
    const consumer = jest.fn();
    queues.signals.consume(ARN, consumer);
    await settle();
    expect(consumer).toHaveBeenCalledTimes(1);
  });

  test('given a message that arrives, the consumer of its queue is called, and no other', async () => {
    const { queues } = given();
    const consumer = await consume(queues);
    const other = jest.fn();
    queues.signals.consume(DLQ, other);
    await settle();
    other.mockClear();
    await queues.send(ARN, 'hello');
    await settle();
    expect([consumer.mock.calls.length, other.mock.calls.length]).toEqual([1, 0]);
  });

  test('given a message that is not deleted, the consumer is called again when its timeout ends', async () => {
    const { queues, clock } = given();
    await queues.send(ARN, 'hello');
    const consumer = await consume(queues);
    queues.receive(ARN, 1);
    clock.skip(20 * SECOND_MS);
    await settle();
    expect(consumer).not.toHaveBeenCalled();
    clock.skip(10 * SECOND_MS);
    await settle();
    expect(consumer).toHaveBeenCalled();
    expect(queues.receive(ARN, 1)).toHaveLength(1);
  });

  test('given messages received at different times, the consumer is called for each in its time', async () => {
    const { queues, clock } = given();
    await queues.send(ARN, 'a');
    await queues.send(ARN, 'b');
    const consumer = await consume(queues);
    const taken: string[] = [];
    consumer.mockImplementation(() => {
      taken.push(...queues.receive(ARN, 10).map(({ message }) => message.body));
    });
    queues.receive(ARN, 1);
    clock.skip(20 * SECOND_MS);
    queues.receive(ARN, 1);
    clock.skip(10 * SECOND_MS);
    await settle();
    expect(taken).toEqual(['a']);
    clock.skip(20 * SECOND_MS);
    await settle();
    expect(taken).toEqual(['a', 'b']);
  });

  test('given a message that a client of the API left undeleted, the consumer is called when its timeout ends', async () => {
    const { queues, clock } = given();
    await queues.send(ARN, 'hello');
    const consumer = await consume(queues);
    queues.messages.receiveAsClient(queues.get(ARN));
    clock.skip(30 * SECOND_MS);
    await settle();
    expect(consumer).toHaveBeenCalled();
  });

  test('given a delayed message, the consumer is called when the delay ends', async () => {
    const { queues, clock } = given();
    const consumer = await consume(queues);
    queues.messages.put(queues.get(ARN), { body: 'later' }, 60);
    await settle();
    expect(queues.receive(ARN, 1)).toEqual([]);
    consumer.mockClear();
    clock.skip(60 * SECOND_MS);
    await settle();
    expect(consumer).toHaveBeenCalled();
    expect(queues.receive(ARN, 1).map(({ message }) => message.body)).toEqual(['later']);
  });
});

test('given a queue with a delay, a message that is sent to it waits', async () => {
  const parts = makeParts();
  const queues = makeQueues(parts);
  queues.create(queueProps('slow', { DelaySeconds: '5' }));
  await queues.send(queueArn('slow'), 'later');
  expect(queues.receive(queueArn('slow'), 1)).toEqual([]);
  parts.clock.skip(5 * SECOND_MS);
  expect(queues.receive(queueArn('slow'), 1)).toHaveLength(1);
});

test('given a queue that is removed while a message is hidden, no timer waits for its return', async () => {
  const { queues, clock } = given();
  let waiting = 0;
  const after = clock.after.bind(clock);
  clock.after = (ms, run) => {
    waiting += 1;
    const timer = after(ms, run);
    return {
      cancel: () => {
        waiting -= 1;
        timer.cancel();
      },
    };
  };
  await queues.send(ARN, 'hello');
  queues.receive(ARN, 1);
  expect(waiting).toBe(1);
  queues.remove(ARN);
  expect(waiting).toBe(0);
});

test('given two consumers, both are called until they have enough', async () => {
  const { queues } = given();
  const called: string[] = [];
  const stop = queues.signals.consume(ARN, () => called.push('first'));
  queues.signals.consume(ARN, () => called.push('second'));
  await settle();
  stop();
  await queues.send(ARN, 'x');
  await settle();
  expect(called).toEqual(['first', 'second', 'second']);
});

test('given closed queues, a receive that is still running leaves no timer behind', async () => {
  const { queues, clock } = given();
  await queues.send(ARN, 'late');
  queues.close();
  const after = jest.spyOn(clock, 'after');
  expect(queues.receive(ARN, 1)).toHaveLength(1);
  expect(after).not.toHaveBeenCalled();
});
