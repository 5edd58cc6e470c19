import { describe, expect, test } from '@jest/globals';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { makeParts, settle } from '../support/parts.ts';
import { makeApiQueues, makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const TEMP = queueArn('temporary');
const QueueUrl = queueProps('temporary').url;
const POLICY = { Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' } };
const Policy = JSON.stringify(POLICY);

/** A client, in an account where a template has made the queue `users`. */
function open(storage?: Storage) {
  const parts = makeParts(storage);
  const queues = makeQueues(parts);
  // Those of clients come before those of templates.
  const client = makeApiQueues(parts, queues);
  queues.create(queueProps('users'));
  const create = (more: object = {}) => client.call('CreateQueue', { QueueName: 'temporary', ...more });
  return { ...parts, queues, ...client, create };
}

describe('CreateQueue', () => {
  test('given a new name, there is a queue with these attributes and tags, and AWS’s defaults', async () => {
    const { create, queues } = open();
    const Attributes = { MessageRetentionPeriod: '600', Policy };
    expect(await create({ Attributes, tags: { app: 'pipeline' } })).toEqual({ QueueUrl });
    const queue = queues.get(TEMP);
    expect(queue.attributes).toMatchObject({ MessageRetentionPeriod: '600', VisibilityTimeout: '30' });
    expect(queue.tags).toEqual({ app: 'pipeline' });
  });

  test.each([
    { given: 'none', Attributes: undefined },
    { given: 'the same', Attributes: { DelaySeconds: '0', Policy: JSON.stringify(POLICY, undefined, 1) } },
  ])('given the name of an existing queue and $given of its attributes, it is that one', async ({ Attributes }) => {
    const { create, queues } = open();
    await create({ Attributes: { Policy } });
    await queues.send(TEMP, 'a');
    expect(await create({ Attributes })).toEqual({ QueueUrl });
    expect(waitingIn(queues, 'temporary')).toHaveLength(1);
  });

  test('given the name of an existing queue and another attribute, it is refused', async () => {
    const { create, call } = open();
    await create();
    const message = 'A queue already exists with the same name and a different value for attribute DelaySeconds';
    const error = { code: 'QueueNameExists', message };
    await expect(create({ Attributes: { DelaySeconds: '1' } })).rejects.toMatchObject(error);
    const ofTemplate = call('CreateQueue', { QueueName: 'users', Attributes: { DelaySeconds: '1' } });
    await expect(ofTemplate).rejects.toMatchObject(error);
  });

  test('given a dead-letter queue that does not exist, it is refused, and nothing is made', async () => {
    const { create, queues } = open();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('none'), maxReceiveCount: 1 });
    await expect(create({ Attributes: { RedrivePolicy } })).rejects.toThrow(/Dead letter target does not exist/);
    expect(queues.find(TEMP)).toBeUndefined();
  });

  test('given a name that a template wants later, the template cannot have it', async () => {
    const { create, queues } = open();
    await create();
    expect(() => queues.create(queueProps('temporary'))).toThrow(/temporary already/);
  });
});

describe('DeleteQueue', () => {
  test('given a queue, it is gone with its policy, and its name is free after a minute', async () => {
    const { create, call, queues, clock } = open();
    await create({ Attributes: { Policy } });
    await call('DeleteQueue', { QueueUrl });
    expect(queues.find(TEMP)).toBeUndefined();
    clock.skip(50 * SECOND_MS);
    await expect(create()).rejects.toMatchObject({ code: 'QueueDeletedRecently' });
    clock.skip(10 * SECOND_MS);
    expect(await create()).toEqual({ QueueUrl });
    expect(queues.get(TEMP).policies.size).toBe(0);
  });

  test('given a queue that a template has made, it is gone as well', async () => {
    const { call, queues } = open();
    await call('DeleteQueue', { QueueUrl: queueProps('users').url });
    expect(queues.find(queueArn('users'))).toBeUndefined();
  });
});

describe('SetQueueAttributes', () => {
  test('given a policy, it replaces the template’s, and an empty one removes it', async () => {
    const { call, queues } = open();
    const { policies } = queues.get(queueArn('users'));
    const set = (text: string) =>
      call('SetQueueAttributes', { QueueUrl: queueProps('users').url, Attributes: { Policy: text } });
    policies.set('template', { Statement: [] });
    await set(Policy);
    expect([...policies.values()]).toEqual([POLICY]);
    await set('');
    expect(policies.size).toBe(0);
  });

  test('a new policy wakes the consumers of a queue: an earlier one may have denied them', async () => {
    const { call, queues } = open();
    let woken = 0;
    const end = queues.signals.consume(queueArn('users'), () => void woken++);
    await settle();
    const before = woken;
    await call('SetQueueAttributes', { QueueUrl: queueProps('users').url, Attributes: { Policy } });
    await settle();
    expect(woken).toBe(before + 1);
    end();
  });

  test('given other attributes, they change, and those that are not named stay', async () => {
    const { create, call, queues } = open();
    await create({ Attributes: { Policy, DelaySeconds: '5' } });
    await call('SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '7' } });
    expect(queues.get(TEMP).attributes).toMatchObject({ DelaySeconds: '5', VisibilityTimeout: '7' });
    expect(queues.get(TEMP).policies.size).toBe(1);
  });

  test('given an attribute that cannot be, nothing changes', async () => {
    const { create, call, queues } = open();
    await create();
    const Attributes = { DelaySeconds: '5', VisibilityTimeout: '-1' };
    await expect(call('SetQueueAttributes', { QueueUrl, Attributes })).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    });
    expect(queues.get(TEMP).attributes.DelaySeconds).toBe('0');
  });
});

describe('given a folder, after a restart', () => {
  test('a queue that a client made is there, with its attributes, policy, tags and messages', async () => {
    const folder = dataFolder();
    const before = open(openStorage(folder));
    await before.create({ Attributes: { MessageRetentionPeriod: '600', Policy }, tags: { app: 'pipeline' } });
    await before.call('SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '7' } });
    await before.call('TagQueue', { QueueUrl, Tags: { run: '1' } });
    await before.queues.send(TEMP, 'a');
    const created = before.queues.get(TEMP).createdAt;
    before.storage.close();

    const { queues } = open(openStorage(folder));
    const queue = queues.get(TEMP);
    expect(queue).toMatchObject({ url: QueueUrl, createdAt: created });
    expect(queue.attributes).toMatchObject({ MessageRetentionPeriod: '600', VisibilityTimeout: '7' });
    expect(queue.tags).toEqual({ app: 'pipeline', run: '1' });
    expect([...queue.policies.values()]).toEqual([POLICY]);
    expect(waitingIn(queues, 'temporary')).toEqual([{ body: 'a', attributes: {} }]);
  });

  test('a queue that was deleted is not', async () => {
    const folder = dataFolder();
    const before = open(openStorage(folder));
    await before.create();
    await before.call('DeleteQueue', { QueueUrl });
    before.storage.close();
    expect(open(openStorage(folder)).queues.find(TEMP)).toBeUndefined();
  });
});
