import { describe, expect, test } from '@jest/globals';
import { makeApiQueues } from './support/api-queues.ts';
import { makeParts } from './support/parts.ts';
import { makeQueues, queueArn, queueProps, waitingIn } from './support/queues.ts';

const SECOND_MS = 1000;
const QueueUrl = queueProps('users').url;

/** The queue `users`, whose messages go to `dlq` when they were received once. */
function given() {
  const parts = makeParts();
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 1 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  const asked: string[] = [];
  // As fauxqs receives: without the attributes that are ours to give.
  const others = async (operation: string, request: Record<string, unknown>) => {
    asked.push(operation);
    if (operation !== 'ReceiveMessage') return {};
    const queue = queues.store.getQueue(String(request.QueueUrl));
    return { Messages: queue?.dequeue(10, undefined, (arn) => queues.find(arn)) };
  };
  return { ...parts, queues, asked, ...makeApiQueues(parts, queues, others) };
}

describe('the URL of a queue', () => {
  test('given the name of a queue, it is the one under the engine’s account', async () => {
    expect(await given().call('GetQueueUrl', { QueueName: 'users' })).toEqual({ QueueUrl });
  });

  test.each([
    'GetQueueUrl',
    'GetQueueAttributes',
    'SetQueueAttributes',
    'DeleteQueue',
    'PurgeQueue',
    'ListDeadLetterSourceQueues',
  ])('given no such queue, %s says so', async (operation) => {
    const request = { QueueName: 'others', QueueUrl: queueProps('others').url };
    await expect(given().call(operation, request)).rejects.toMatchObject({ code: 'QueueDoesNotExist', status: 400 });
  });

  test('given none where one is needed, that is said', async () => {
    await expect(given().call('PurgeQueue', {})).rejects.toMatchObject({ code: 'MissingParameter' });
  });
});

describe('GetQueueAttributes', () => {
  test.each([
    { AttributeNames: undefined, found: [] },
    { AttributeNames: ['VisibilityTimeout', 'QueueArn'], found: ['QueueArn', 'VisibilityTimeout'] },
    { AttributeNames: ['Policy'], found: [] },
  ])('given the names $AttributeNames, there are $found', async ({ AttributeNames, found }) => {
    const { Attributes } = (await given().call('GetQueueAttributes', { QueueUrl, AttributeNames })) as {
      Attributes: object;
    };
    expect(Object.keys(Attributes)).toEqual(found);
  });

  test('given a queue with the policies of a template, there is one policy of all their statements', async () => {
    const { call, queuePolicies } = given();
    const statement = (Action: string) => ({ Effect: 'Allow' as const, Principal: '*' as const, Action });
    const policies = new Map([['a', { Statement: statement('sqs:SendMessage') }]]);
    queuePolicies.set(queueArn('users'), policies);
    const read = async () => {
      const answer = await call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
      return JSON.parse((answer as { Attributes: { Policy: string } }).Attributes.Policy);
    };
    expect(await read()).toEqual({ Statement: statement('sqs:SendMessage') });
    policies.set('b', { Statement: statement('sqs:ReceiveMessage') });
    expect(await read()).toEqual({ Statement: [statement('sqs:SendMessage'), statement('sqs:ReceiveMessage')] });
  });
});

describe('PurgeQueue', () => {
  test('given messages, they are gone, and it cannot be done again for a minute', async () => {
    const { call, queues, clock } = given();
    await queues.send(queueArn('users'), 'a');
    await call('PurgeQueue', { QueueUrl });
    expect(waitingIn(queues, 'users')).toEqual([]);
    clock.skip(59 * SECOND_MS);
    await expect(call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
      status: 403,
      message: 'Only one PurgeQueue operation on users is allowed every 60 seconds.',
    });
    await call('PurgeQueue', { QueueUrl: queueProps('dlq').url });
    clock.skip(1 * SECOND_MS);
    await call('PurgeQueue', { QueueUrl });
  });
});

describe('ListDeadLetterSourceQueues', () => {
  test('given a dead-letter queue, its sources are listed by name, in pages for who wants pages', async () => {
    const { call, queues } = given();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: '5' });
    for (const name of ['zoo', 'birds']) queues.create(queueProps(name, { RedrivePolicy }));
    queues.create(queueProps('alone'));
    const list = (more: object) => call('ListDeadLetterSourceQueues', { QueueUrl: queueProps('dlq').url, ...more });
    const urls = ['birds', 'users', 'zoo'].map((name) => queueProps(name).url);
    expect(await list({})).toEqual({ queueUrls: urls });
    expect(await list({ MaxResults: 2 })).toEqual({ queueUrls: urls.slice(0, 2), NextToken: 'users' });
    expect(await list({ MaxResults: 2, NextToken: 'users' })).toEqual({ queueUrls: urls.slice(2) });
    expect(await list({ QueueUrl })).toEqual({ queueUrls: [] });
    await expect(list({ MaxResults: 0 })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
});

describe('ReceiveMessage', () => {
  const receive = async (names: object, name = 'dlq') => {
    const { call, queues, clock } = given();
    await queues.send(queueArn('dlq'), 'sent');
    await queues.send(queueArn('users'), 'moved');
    queues.receive(queueArn('users'), 1);
    clock.skip(30 * SECOND_MS);
    queues.receive(queueArn('users'), 1);
    const answer = await call('ReceiveMessage', { QueueUrl: queueProps(name).url, ...names });
    return (answer as { Messages: { Body: string; Attributes?: object }[] }).Messages;
  };

  test.each([
    { asked: { MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'] } },
    { asked: { MessageSystemAttributeNames: ['All'] } },
    { asked: { AttributeNames: ['All'] } },
  ])('given a dead letter, asked for $asked, it tells its source', async ({ asked }) => {
    expect((await receive(asked)).map(({ Body, Attributes }) => [Body, Attributes])).toEqual([
      ['sent', undefined],
      ['moved', { DeadLetterQueueSourceArn: queueArn('users') }],
    ]);
  });

  test.each([{ asked: {} }, { asked: { MessageSystemAttributeNames: ['SenderId'] } }])(
    'given a dead letter, asked for $asked, it does not',
    async ({ asked }) => {
      expect((await receive(asked)).map(({ Attributes }) => Attributes)).toEqual([undefined, undefined]);
    },
  );

  test('given a queue that was deleted while the call was waiting, there is nothing', async () => {
    const { call } = given();
    const request = { QueueUrl: queueProps('gone').url, MessageSystemAttributeNames: ['All'] };
    expect(await call('ReceiveMessage', request)).toEqual({});
  });
});
