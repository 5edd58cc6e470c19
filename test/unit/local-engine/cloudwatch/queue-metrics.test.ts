import { describe, expect, test } from '@jest/globals';
import { measureQueues } from '../../../../packages/local-engine/cloudwatch/cloudwatch.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps } from '../support/queues.ts';

const SECOND_MS = 1000;
const ARN = queueArn('users');

/** The queue `users`, whose messages come back after 30 seconds, and go to `dlq` when they were received five times. */
function given() {
  const parts = makeParts();
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 5 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  const measure = (name: string, QueueName = 'users', more: object = {}) => {
    const metric = { namespace: 'AWS/SQS', name, dimensions: { QueueName }, ...more };
    return measureQueues({ queues, account: ACCOUNT }, metric, parts.clock.now());
  };
  const age = (QueueName = 'users') => measure('ApproximateAgeOfOldestMessage', QueueName)?.value;
  const receive = (times: number) => {
    for (let receive = 0; receive < times; receive++) {
      queues.receive(ARN, 10);
      parts.clock.skip(30 * SECOND_MS);
    }
  };
  return { ...parts, queues, measure, age, receive };
}

describe('numbers of messages', () => {
  test('given messages that wait, that were received and that are delayed, each is counted where it is', async () => {
    const { queues, measure } = given();
    for (const body of ['a', 'b', 'c']) await queues.send(ARN, body);
    queues.receive(ARN, 1);
    queues.setAttributes(ARN, { DelaySeconds: '60' });
    for (const body of ['d', 'e', 'f']) await queues.send(ARN, body);
    expect(measure('ApproximateNumberOfMessagesVisible')).toEqual({ value: 2, unit: 'Count' });
    expect(measure('ApproximateNumberOfMessagesNotVisible')).toEqual({ value: 1, unit: 'Count' });
    expect(measure('ApproximateNumberOfMessagesDelayed')).toEqual({ value: 3, unit: 'Count' });
    expect(measure('ApproximateNumberOfMessagesVisible', 'dlq')).toEqual({ value: 0, unit: 'Count' });
  });
});

describe('the age of the oldest message', () => {
  test('given no message, it is 0', () => {
    expect(given().measure('ApproximateAgeOfOldestMessage')).toEqual({ value: 0, unit: 'Seconds' });
  });

  test('given messages, it is that of the one that was sent first, also while it is received', async () => {
    const { queues, clock, age } = given();
    clock.skip(7200 * SECOND_MS);
    await queues.send(ARN, 'a');
    clock.skip(100 * SECOND_MS);
    await queues.send(ARN, 'b');
    clock.skip(20 * SECOND_MS);
    queues.receive(ARN, 1);
    expect(age()).toBe(120);
  });

  test('given a message that was received more than three times, it no longer counts', async () => {
    const { queues, age, receive } = given();
    await queues.send(ARN, 'poison');
    receive(3);
    expect(age()).toBe(90);
    await queues.send(ARN, 'good');
    receive(1);
    expect(age()).toBe(30);
  });

  test('given a dead letter, its age is counted from its move', async () => {
    const { queues, age, receive, clock } = given();
    await queues.send(ARN, 'poison');
    receive(6);
    clock.skip(10 * SECOND_MS);
    expect(age('dlq')).toBe(40);
    expect(age()).toBe(0);
  });
});

test.each([
  { given: 'another namespace', metric: { namespace: 'AWS/Lambda' } },
  { given: 'another queue', metric: { dimensions: { QueueName: 'none' } } },
  { given: 'no dimension', metric: { dimensions: {} } },
  { given: 'one more dimension', metric: { dimensions: { QueueName: 'users', Region: 'x' } } },
  { given: 'a metric that there is none of', metric: { name: 'constructor' } },
])('given $given, there is no such metric', ({ metric }) => {
  expect(given().measure('ApproximateNumberOfMessagesVisible', 'users', metric)).toBeUndefined();
});
