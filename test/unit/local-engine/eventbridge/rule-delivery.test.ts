import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import {
  type DeliveryUnderTest,
  EVENT,
  makeDelivery,
  policyFor,
  RULE_ARN,
  TARGET_ARN,
} from '../support/event-bridge.ts';
import { entriesOf, passTime } from '../support/parts.ts';
import { queueArn, waitingIn } from '../support/queues.ts';

const MINUTE_MS = 60_000;

/** Delivers, with as much time as that takes. */
async function deliverInTime(given: DeliveryUnderTest, target: Parameters<DeliveryUnderTest['deliver']>[0] = {}) {
  let isDone = false;
  const done = given.deliver(target).then(() => {
    isDone = true;
  });
  await passTime(given.clock, MINUTE_MS, () => isDone);
  await done;
}

describe('given a target queue that takes events', () => {
  test('when an event is delivered, its body is the event itself', async () => {
    const given = makeDelivery();
    await given.deliver();
    expect(waitingIn(given.queues, 'users')).toEqual([{ body: EVENT, attributes: {} }]);
    expect(waitingIn(given.queues, 'dlq')).toEqual([]);
    expect(entriesOf(given, 'rule-delivery')).toMatchObject([
      { rule: 'users', target: TARGET_ARN, eventId: 'e1', outcome: 'delivered', retries: 0 },
    ]);
  });
});

describe('given a target that will never take the event', () => {
  interface Case {
    readonly when: string;
    readonly breakIt: (given: DeliveryUnderTest) => void;
    readonly code: string;
  }
  const anotherRule = RULE_ARN.replace('users', 'others');

  test.each<Case>([
    {
      when: 'its queue was deleted',
      breakIt: ({ queues }) => queues.remove(TARGET_ARN),
      code: 'NO_RESOURCE',
    },
    {
      when: 'its queue has no policy',
      breakIt: ({ policies }) => {
        policies.users = [];
      },
      code: 'NO_PERMISSIONS',
    },
    {
      when: 'the policy is for another rule',
      breakIt: ({ policies }) => {
        policies.users = [policyFor(anotherRule, 'users')];
      },
      code: 'NO_PERMISSIONS',
    },
  ])('when $when, the event goes to the dead-letter queue at once with $code', async ({ breakIt, code }) => {
    const given = makeDelivery();
    breakIt(given);
    await given.deliver();
    expect(waitingIn(given.queues, 'dlq')).toEqual([
      {
        body: EVENT,
        attributes: {
          RULE_ARN,
          TARGET_ARN,
          ERROR_CODE: code,
          ERROR_MESSAGE: expect.stringContaining(TARGET_ARN),
          RETRY_ATTEMPTS: '0',
        },
      },
    ]);
    expect(entriesOf(given, 'rule-dlq')).toMatchObject([{ dlqArn: queueArn('dlq'), reason: code, lost: false }]);
    expect(entriesOf(given, 'rule-delivery')).toEqual([expect.objectContaining({ retryAt: undefined })]);
  });
});

describe('given a target that refuses for a while', () => {
  test('when it takes the event at the third attempt, it is delivered once', async () => {
    const given = makeDelivery();
    given.faults.fail('sqs:SendMessage', 'ThrottlingException', { times: 2 });
    await deliverInTime(given);
    expect(waitingIn(given.queues, 'users')).toHaveLength(1);
    expect(waitingIn(given.queues, 'dlq')).toEqual([]);
    const attempts = entriesOf(given, 'rule-delivery').map(({ outcome, retries, code }) => [outcome, retries, code]);
    expect(attempts).toEqual([
      ['refused', 0, 'THROTTLING'],
      ['refused', 1, 'THROTTLING'],
      ['delivered', 2, undefined],
    ]);
    const [first, second, third] = entriesOf(given, 'rule-delivery');
    expect(first?.retryAt).toBeLessThanOrEqual(second?.at ?? 0);
    expect(second?.retryAt).toBeGreaterThan(second?.at ?? 0);
    expect(second?.retryAt).toBeLessThanOrEqual(third?.at ?? 0);
    expect(third?.retryAt).toBeUndefined();
  });

  test('when the answer of a delivery is lost, the event is delivered twice', async () => {
    const given = makeDelivery();
    given.faults.fail('sqs:SendMessage', 'InternalError', { when: 'after', status: 500 });
    await deliverInTime(given);
    expect(waitingIn(given.queues, 'users')).toHaveLength(2);
  });

  test('when there are many retries, the pauses grow', async () => {
    const given = makeDelivery();
    const times: number[] = [];
    given.faults.inject('sqs:SendMessage', { times: 5, action: () => void times.push(given.clock.now()) });
    given.faults.fail('sqs:SendMessage', 'InternalError', { times: 4 });
    let isDone = false;
    void given.deliver().then(() => {
      isDone = true;
    });
    await passTime(given.clock, 50, () => isDone);
    const pauses = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    expect(pauses).toHaveLength(4);
    expect(pauses[3]).toBeGreaterThan(3 * (pauses[0] ?? 0));
  });
});

describe('given a target that refuses for too long', () => {
  /** The target alone fails; the dead-letter queue works. */
  function breakTarget({ queues: { messages } }: DeliveryUnderTest): void {
    const put = messages.put.bind(messages);
    messages.put = (queue, ...sent) => {
      if (queue.arn === TARGET_ARN) throw new AwsError('InternalError', 'Try again.', 500);
      return put(queue, ...sent);
    };
  }

  test.each([
    { when: 'attempts run out', target: { maximumRetryAttempts: 2 }, condition: 'MaximumRetryAttempts', retries: '2' },
    { when: 'none is allowed', target: { maximumRetryAttempts: 0 }, condition: 'MaximumRetryAttempts', retries: '0' },
  ])('when $when, the dead-letter queue gets the event with $condition', async ({ target, condition, retries }) => {
    const given = makeDelivery();
    breakTarget(given);
    await deliverInTime(given, target);
    expect(waitingIn(given.queues, 'dlq')).toEqual([
      {
        body: EVENT,
        attributes: {
          RULE_ARN,
          TARGET_ARN,
          ERROR_CODE: 'ERROR_FROM_TARGET',
          ERROR_MESSAGE: 'InternalError: Try again.',
          EXHAUSTED_RETRY_CONDITION: condition,
          RETRY_ATTEMPTS: retries,
        },
      },
    ]);
  });

  test('when the event gets too old, the dead-letter queue gets it with MaximumEventAgeInSeconds', async () => {
    const given = makeDelivery();
    breakTarget(given);
    const start = given.clock.now();
    await deliverInTime(given, { maximumEventAgeSeconds: 3600 });
    const [message] = waitingIn(given.queues, 'dlq');
    expect(message?.body).toBe(EVENT);
    expect(message?.attributes.EXHAUSTED_RETRY_CONDITION).toBe('MaximumEventAgeInSeconds');
    const attempts = entriesOf(given, 'rule-delivery').length;
    expect(message?.attributes.RETRY_ATTEMPTS).toBe(String(attempts - 1));
    expect(attempts).toBeGreaterThan(30);
    expect(given.clock.now() - start).toBeGreaterThan(58 * MINUTE_MS);
    expect(given.clock.now() - start).toBeLessThan(62 * MINUTE_MS);
  });
});

describe('given an event that no queue takes', () => {
  test('when the target has no dead-letter queue, the journal says that the event is lost', async () => {
    const given = makeDelivery({ hasDlq: false });
    given.policies.users = [];
    await given.deliver();
    expect(waitingIn(given.queues, 'dlq')).toEqual([]);
    expect(entriesOf(given, 'rule-dlq')).toMatchObject([
      { eventId: 'e1', outcome: 'refused', reason: 'NO_PERMISSIONS', lost: true },
    ]);
  });

  test.each([
    { when: 'was deleted', breakIt: 'delete' as const, code: 'NO_RESOURCE' },
    { when: 'has no policy for the rule', breakIt: 'policy' as const, code: 'NO_PERMISSIONS' },
  ])('when the dead-letter queue $when, the journal says that it is lost, with $code', async ({ breakIt, code }) => {
    const given = makeDelivery();
    given.policies.users = [];
    if (breakIt === 'policy') given.policies.dlq = [policyFor(RULE_ARN, 'users')];
    else given.queues.remove(queueArn('dlq'));
    await given.deliver();
    expect(waitingIn(given.queues, 'dlq')).toEqual([]);
    expect(entriesOf(given, 'rule-dlq')).toMatchObject([{ reason: 'NO_PERMISSIONS', code, lost: true }]);
  });
});

test('given a retry that is still to come, when deliveries are stopped, it never comes', async () => {
  const { deliver, faults, clock, journal, stop } = makeDelivery();
  faults.fail('sqs:SendMessage', 'ThrottlingException');
  void deliver();
  await journal.waitFor('the refusal', ({ outcome }) => outcome === 'refused');
  stop();
  clock.skip(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(journal.entries().filter(({ hop }) => hop === 'rule-delivery')).toHaveLength(1);
});

test('given a dead-letter queue that is busy for a while, the event arrives there after all', async () => {
  const given = makeDelivery();
  given.policies.users = [];
  given.faults.fail('sqs:SendMessage', 'ThrottlingException', { times: 3 });
  await deliverInTime(given);
  expect(waitingIn(given.queues, 'dlq')).toMatchObject([{ body: EVENT, attributes: { ERROR_CODE: 'NO_PERMISSIONS' } }]);
  expect(entriesOf(given, 'rule-dlq')).toMatchObject([{ lost: false }]);
});

test('given deliveries that are stopped during an attempt, no retry follows it', async () => {
  const { deliver, faults, stop, journal } = makeDelivery();
  faults.inject('sqs:SendMessage', { action: stop, error: { code: 'ThrottlingException' } });
  await deliver();
  expect(journal.entries().filter(({ hop }) => hop === 'rule-delivery')).toHaveLength(1);
});

test.each([
  { key: 'aws:SourceAccount', value: '111122223333', arrives: true },
  { key: 'aws:SourceAccount', value: '444455556666', arrives: false },
  { key: 'aws:ResourceAccount', value: '111122223333', arrives: true },
  { key: 'aws:RequestedRegion', value: 'ap-northeast-1', arrives: true },
  { key: 'aws:RequestedRegion', value: 'eu-west-1', arrives: false },
])('given a policy for $key $value, that the event arrives is $arrives', async ({ key, value, arrives }) => {
  const given = makeDelivery();
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
  } as const;
  given.policies.users = [{ Statement: { ...statement, Condition: { StringEquals: { [key]: value } } } }];
  await given.deliver();
  expect(waitingIn(given.queues, 'users')).toHaveLength(arrives ? 1 : 0);
});

test('given a deny of the queue, the reason says so, and for which rule', async () => {
  const given = makeDelivery();
  given.policies.users?.push({ Statement: { Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' } });
  await given.deliver();
  expect(entriesOf(given, 'rule-delivery')).toMatchObject([
    {
      code: 'NO_PERMISSIONS',
      message: expect.stringMatching(new RegExp(`explicit deny in a resource-based policy.*${RULE_ARN}`)),
    },
  ]);
});
