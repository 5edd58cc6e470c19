import { describe, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '../../../../packages/local-engine/sqs/index.ts';
import type { QueuedMessage } from '../../../../packages/local-engine/sqs/queue.ts';
import { dataFolder, openStorage } from '../support/folder.ts';
import { entriesOf, makeParts, settle } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const ARN = queueArn('users');
const DLQ = queueArn('dlq');
const SECOND_MS = 1000;

/** The queue `users`, whose messages come back after 30 seconds, once, and then go to `dlq`; over a folder. */
function open(folder: string, attributes: Readonly<Record<string, string>> = {}) {
  const parts = makeParts(openStorage(folder));
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DLQ, maxReceiveCount: 2 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy, ...attributes }));
  const received = () => queues.receive(ARN, 10).map(({ message, receives }) => [message.body, receives]);
  return { ...parts, queues, received };
}

/** As an API client receives. */
const receiveAsClient = ({ queues }: ReturnType<typeof open>) => queues.messages.receiveAsClient(queues.get(ARN), 10);

describe('given a folder, after a restart', () => {
  test('when messages wait, they are received in their order, with all their properties, and are in the journal only once', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'first', { RULE_ARN: 'arn' });
    await before.queues.send(ARN, 'second');
    const waiting = before.queues.get(ARN).messages.map((message) => ({ ...message }));
    before.storage.close();
    const after = open(folder);
    expect(after.queues.get(ARN).messages).toEqual(waiting);
    expect(waitingIn(after.queues, 'users').map(({ body }) => body)).toEqual(['first', 'second']);
    expect(entriesOf(after, 'message')).toEqual([]);
  });

  test('when a message has attributes, a trace header and a group, it has them still', async () => {
    const folder = dataFolder();
    const before = open(folder);
    const attributes = {
      city: { DataType: 'String', StringValue: '서울 😀' },
      key: { DataType: 'Binary.png', BinaryValue: 'AAECAw==' },
    };
    const queue = before.queues.get(ARN);
    before.queues.messages.put(queue, { body: '😀', attributes, traceHeader: 'Root=1', groupId: 'g1' });
    const waiting = queue.messages.map((message) => ({ ...message }));
    before.storage.close();
    expect(open(folder).queues.get(ARN).messages).toEqual(waiting);
  });

  test('when a client has made a queue, it has the attributes and tags that were set last', () => {
    const folder = dataFolder();
    const before = open(folder);
    const queue = before.queues.create({
      ...queueProps('temp', { DelaySeconds: '1' }),
      tags: { old: '1' },
      isByClient: true,
    });
    before.queues.setTags(queue, { team: 'a', 서울: '😀' });
    before.queues.setAttributes(queue.arn, { DelaySeconds: '2' });
    before.storage.close();
    const made = open(folder).queues.madeByClients();
    expect(made).toEqual([
      { name: 'temp', tags: { team: 'a', 서울: '😀' }, attributes: expect.objectContaining({ DelaySeconds: '2' }) },
    ]);
  });

  test('when a message has expired, nothing is left of it', async () => {
    const folder = dataFolder();
    const { queues, clock, storage } = open(folder, { MessageRetentionPeriod: '60' });
    await queues.send(ARN, 'old');
    clock.skip(60 * SECOND_MS);
    expect(queues.get(ARN).visible).toBe(0);
    expect(storage.db.prepare('SELECT * FROM queue_messages').all()).toEqual([]);
  });

  test('when a client changed how long a message is hidden, that holds', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    const [received] = receiveAsClient(before);
    const queue = before.queues.get(ARN);
    before.queues.messages.hide(queue, queue.find(received?.message.messageId ?? '') as QueuedMessage, 90);
    before.storage.close();
    const after = open(folder);
    after.clock.skip(60 * SECOND_MS);
    expect(after.received()).toEqual([]);
    after.clock.skip(31 * SECOND_MS);
    expect(after.received()).toEqual([['a', 2]]);
  });

  test('when one message comes back and another was sent later, they have their turns', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'first');
    receiveAsClient(before);
    await before.queues.send(ARN, 'second');
    before.storage.close();
    const after = open(folder);
    after.clock.skip(31 * SECOND_MS);
    expect(after.received()).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
  });

  test('when a message was with a function, it is there at once, and that receive did not count', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    expect(before.received()).toEqual([['a', 1]]);
    before.storage.close();
    const again = open(folder);
    expect(again.received()).toEqual([['a', 1]]);
    again.storage.close();
    expect(open(folder).received()).toEqual([['a', 1]]);
  });

  test('when the function failed, the receive counts, and the message is visible again after its timeout', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    before.queues.messages.failed(ARN, before.queues.receive(ARN, 1)[0] as ReceivedMessage);
    before.storage.close();
    const after = open(folder);
    expect(after.received()).toEqual([]);
    const woken = new Promise<void>((resolve) => after.queues.signals.consume(ARN, resolve));
    await woken;
    await settle();
    after.clock.skip(31 * SECOND_MS);
    expect(after.received()).toEqual([['a', 2]]);
  });

  test('when the function failed after the message was visible again, the receive counts, and the message stays visible', async () => {
    const folder = dataFolder();
    const before = open(folder, { VisibilityTimeout: '1' });
    await before.queues.send(ARN, 'a');
    const late = before.queues.receive(ARN, 1)[0] as ReceivedMessage;
    before.clock.skip(2 * SECOND_MS);
    expect(before.received()).toEqual([['a', 2]]);
    before.queues.messages.failed(ARN, late);
    before.storage.close();
    expect(open(folder).received()).toEqual([['a', 2]]);
  });

  test('when it was handled, it is gone', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    before.queues.messages.handled(ARN, before.queues.receive(ARN, 1)[0] as ReceivedMessage);
    before.storage.close();
    expect(open(folder).received()).toEqual([]);
  });

  test('when a client received it, its handle and its deadline are still valid', async () => {
    const folder = dataFolder();
    const before = open(folder);
    for (const body of ['deleted', 'back']) await before.queues.send(ARN, body);
    const [deleted] = receiveAsClient(before);
    before.storage.close();
    const after = open(folder);
    expect(after.received()).toEqual([]);
    after.queues.messages.handled(ARN, deleted as ReceivedMessage);
    after.clock.skip(31 * SECOND_MS);
    expect(after.received()).toEqual([['back', 2]]);
  });

  test('when a client gave it back at once, it is there, with its count', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    const [received] = receiveAsClient(before);
    const queue = before.queues.get(ARN);
    before.queues.messages.hide(queue, queue.find(received?.message.messageId ?? '') as QueuedMessage, 0);
    before.storage.close();
    expect(open(folder).received()).toEqual([['a', 2]]);
  });

  test('when its delay was not over, it is woken for when it is', async () => {
    const folder = dataFolder();
    const before = open(folder, { DelaySeconds: '60' });
    await before.queues.send(ARN, 'late');
    before.storage.close();
    const after = open(folder, { DelaySeconds: '60' });
    after.clock.skip(50 * SECOND_MS);
    let wakes = 0;
    after.queues.signals.consume(ARN, () => {
      wakes += 1;
    });
    await settle();
    expect([after.received(), wakes]).toEqual([[], 1]);
    after.clock.skip(11 * SECOND_MS);
    await settle();
    expect([after.received(), wakes]).toEqual([[['late', 1]], 2]);
  });

  test('when it was moved to the dead-letter queue, it is there alone, with its receives', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'poison');
    for (let receives = 0; receives < 3; receives++) {
      for (const message of before.queues.receive(ARN, 10)) before.queues.messages.failed(ARN, message);
      before.clock.skip(31 * SECOND_MS);
    }
    before.storage.close();
    const { queues } = open(folder);
    expect(waitingIn(queues, 'users')).toEqual([]);
    expect(queues.get(DLQ).messages).toMatchObject([{ body: 'poison', receives: 2 }]);
  });

  test('when a queue was purged, it is empty', async () => {
    const folder = dataFolder();
    const before = open(folder);
    await before.queues.send(ARN, 'a');
    before.queues.messages.purge(before.queues.get(ARN));
    before.storage.close();
    expect(waitingIn(open(folder).queues, 'users')).toEqual([]);
  });
});

describe('given queues that come and go', () => {
  test('when one is removed, so are its messages; those of others stay', async () => {
    const folder = dataFolder();
    const before = open(folder);
    for (const arn of [ARN, DLQ]) await before.queues.send(arn, 'a');
    before.queues.remove(ARN);
    before.storage.close();
    const { queues } = open(folder);
    expect([waitingIn(queues, 'users').length, waitingIn(queues, 'dlq').length]).toEqual([0, 1]);
  });

  test.each(['is not in the template for a while', 'was only taken back'])(
    'when one %s, its messages wait for one of its name',
    async (how) => {
      const folder = dataFolder();
      const before = open(folder);
      await before.queues.send(ARN, 'a');
      if (how === 'was only taken back') before.queues.remove(ARN, { keepsStored: true });
      before.storage.close();
      const without = makeParts(openStorage(folder));
      makeQueues(without, 'dlq');
      without.storage.close();
      expect(open(folder).received()).toEqual([['a', 1]]);
    },
  );

  test('when the template gives one other attributes and another address, it has them, and keeps its age', () => {
    const folder = dataFolder();
    const before = open(folder);
    const { createdAt } = before.queues.get(ARN);
    before.storage.db.exec('UPDATE queues SET created_at = created_at - 1000');
    before.storage.close();
    const { queues } = open(folder, { VisibilityTimeout: '60' });
    expect(queues.get(ARN)).toMatchObject({
      createdAt: createdAt - 1000,
      attributes: { VisibilityTimeout: '60' },
    });
  });
});
