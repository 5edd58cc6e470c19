import { describe, expect, test } from '@jest/globals';
import { EVENT, makeDelivery } from '../support/event-bridge.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { entriesOf, makeParts, passTime, settle } from '../support/parts.ts';
import { waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const ALWAYS = { times: 1000 };

const open = (folder: string) => makeDelivery({ parts: makeParts(openStorage(folder)) });

/** Ends the engine that has these parts, as a kill would. */
function end({ storage, stop }: ReturnType<typeof open>): void {
  storage.close();
  stop();
}

const bodiesIn = ({ queues }: ReturnType<typeof open>, queue: string) =>
  waitingIn(queues, queue).map(({ body }) => body);

describe('given a folder, after a restart', () => {
  test('when an event was delivered at once, nothing is left to do', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.deliver();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([EVENT]);
    expect(entriesOf(after, 'rule-delivery')).toEqual([]);
  });

  test('when a delivery was waiting for its retry, it continues with the retries that are left', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.fail('sqs:SendMessage', 'ThrottlingException', ALWAYS);
    void before.deliver();
    await passTime(before.clock, SECOND_MS, () => entriesOf(before, 'rule-delivery').length === 3);
    end(before);
    const after = open(folder);
    after.resume();
    await passTime(after.clock, SECOND_MS, () => entriesOf(after, 'rule-delivery').length > 0);
    expect(entriesOf(after, 'rule-delivery')).toMatchObject([{ outcome: 'delivered', retries: 3 }]);
    expect(bodiesIn(after, 'users')).toEqual([EVENT]);
  });

  test('when the retry is not due yet, it waits', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.fail('sqs:SendMessage', 'ThrottlingException', ALWAYS);
    void before.deliver();
    await settle();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([]);
    await passTime(after.clock, SECOND_MS, () => bodiesIn(after, 'users').length > 0);
  });

  test('when the event got too old meanwhile, it is buried after one more attempt', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.fail('sqs:SendMessage', 'ThrottlingException', ALWAYS);
    void before.deliver({ maximumEventAgeSeconds: 3600 });
    await settle();
    end(before);
    const after = open(folder);
    after.clock.skip(2 * HOUR_MS);
    after.faults.fail('sqs:SendMessage', 'ThrottlingException');
    after.resume();
    await settle();
    expect(waitingIn(after.queues, 'dlq')).toMatchObject([
      { body: EVENT, attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', RETRY_ATTEMPTS: '1' } },
    ]);
  });

  test('when the dead letter was still to be sent, it is, without another attempt', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.fail('sqs:SendMessage', 'ThrottlingException', ALWAYS);
    void before.deliver({ maximumRetryAttempts: 0 });
    await settle();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([]);
    expect(waitingIn(after.queues, 'dlq')).toMatchObject([
      { body: EVENT, attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '0' } },
    ]);
    end(after);
    const third = open(folder);
    third.resume();
    await settle();
    expect(bodiesIn(third, 'dlq')).toEqual([EVENT]);
  });

  test('when the engine ends while the answer of a delivery is awaited, the event is in its queue once', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.inject('sqs:SendMessage', { when: 'after', action: () => new Promise(() => {}) });
    void before.deliver();
    await settle();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([EVENT]);
  });

  test('when the engine ends before a delivery takes effect, the event is delivered then', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.faults.inject('sqs:SendMessage', { action: () => new Promise(() => {}) });
    void before.deliver();
    await settle();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([EVENT]);
  });

  test('when an event came after deliveries were stopped, it is delivered then', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.stop();
    await before.deliver();
    end(before);
    const after = open(folder);
    expect(bodiesIn(after, 'users')).toEqual([]);
    after.resume();
    await settle();
    expect(bodiesIn(after, 'users')).toEqual([EVENT]);
  });

  test('when the event was lost, it is over', async () => {
    const folder = dataFolder();
    const before = open(folder);
    before.policies.users = [];
    before.policies.dlq = [];
    await before.deliver();
    end(before);
    const after = open(folder);
    after.resume();
    await settle();
    expect([...bodiesIn(after, 'users'), ...bodiesIn(after, 'dlq')]).toEqual([]);
  });
});
