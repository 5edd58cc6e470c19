import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { makeApiQueues, makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const QueueUrl = queueProps('users').url;

/** The queue `users`, whose messages go to `dlq` when they were received once. */
function given() {
  const parts = makeParts();
  const queues = makeQueues(parts, 'dlq');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 1 });
  queues.create(queueProps('users', { VisibilityTimeout: '30', RedrivePolicy }));
  return { ...parts, queues, ...makeApiQueues(parts, queues) };
}

describe('GetQueueUrl, and the queue that a call is for', () => {
  test('given the name of a queue, it is the one under the engine’s account', async () => {
    expect(await given().call('GetQueueUrl', { QueueName: 'users' })).toEqual({ QueueUrl });
  });

  test.each([
    QueueUrl,
    'users',
    `http://localhost:4566/${ACCOUNT.id}/users`,
    `https://sqs.ap-northeast-1.amazonaws.com/${ACCOUNT.id}/users`,
    `https://ap-northeast-1.queue.amazonaws.com/${ACCOUNT.id}/users`,
  ])('given %s, it is that queue', async (url) => {
    const answer = await given().call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['QueueArn'] });
    expect(answer).toEqual({ Attributes: { QueueArn: queueArn('users') } });
  });

  test.each([
    'http://127.0.0.1:4566/999988887777/users',
    `http://127.0.0.1:4566/${ACCOUNT.id}/users/`,
    `http://127.0.0.1:4566/${ACCOUNT.id}/users?x`,
    'http://127.0.0.1:4566/users',
    `${ACCOUNT.id}/users`,
    'Users',
  ])('given %s, there is none', async (url) => {
    await expect(given().call('GetQueueAttributes', { QueueUrl: url })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
  });

  test('given the name of a queue of another account, there is none', async () => {
    const request = { QueueName: 'users', QueueOwnerAWSAccountId: '999988887777' };
    await expect(given().call('GetQueueUrl', request)).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
  });

  test.each([
    'ChangeMessageVisibility',
    'ChangeMessageVisibilityBatch',
    'DeleteMessage',
    'DeleteMessageBatch',
    'DeleteQueue',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListDeadLetterSourceQueues',
    'ListQueueTags',
    'PurgeQueue',
    'ReceiveMessage',
    'SendMessage',
    'SendMessageBatch',
    'SetQueueAttributes',
    'TagQueue',
    'UntagQueue',
  ])('given no such queue, %s says so', async (operation) => {
    const request = { QueueName: 'others', QueueUrl: queueProps('others').url };
    await expect(given().call(operation, request)).rejects.toMatchObject({ code: 'QueueDoesNotExist', status: 400 });
  });

  test('given no QueueUrl, the call is refused', async () => {
    await expect(given().call('PurgeQueue', {})).rejects.toMatchObject({ code: 'MissingRequiredParameterException' });
  });
});

describe('GetQueueAttributes', () => {
  test.each([
    { AttributeNames: undefined, answer: {} },
    {
      AttributeNames: ['VisibilityTimeout', 'QueueArn'],
      answer: { Attributes: { QueueArn: queueArn('users'), VisibilityTimeout: '30' } },
    },
    { AttributeNames: ['Policy'], answer: {} },
  ])('given the names $AttributeNames, the answer is $answer', async ({ AttributeNames, answer }) => {
    expect(await given().call('GetQueueAttributes', { QueueUrl, AttributeNames })).toEqual(answer);
  });

  test('given a new queue and All, the answer has the attributes that AWS answers with', async () => {
    const { call, clock } = given();
    const dlq = { QueueUrl: queueProps('dlq').url, AttributeNames: ['All'] };
    const second = expect.stringMatching(new RegExp(`^${String(clock.now()).slice(0, 8)}\\d\\d$`));
    expect(await call('GetQueueAttributes', dlq)).toEqual({
      Attributes: {
        QueueArn: queueArn('dlq'),
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        CreatedTimestamp: second,
        LastModifiedTimestamp: second,
        VisibilityTimeout: '30',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        DelaySeconds: '0',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
      },
    });
  });

  test('given messages, each is counted where it is', async () => {
    const { call, queues } = given();
    for (const [body, delay] of [
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 9],
    ] as const) {
      queues.messages.put(queues.get(queueArn('users')), { body }, delay);
    }
    queues.receive(queueArn('users'), 2);
    const AttributeNames = ['', 'NotVisible', 'Delayed'].map((kind) => `ApproximateNumberOfMessages${kind}`);
    expect(await call('GetQueueAttributes', { QueueUrl, AttributeNames })).toEqual({
      Attributes: {
        ApproximateNumberOfMessages: '1',
        ApproximateNumberOfMessagesNotVisible: '2',
        ApproximateNumberOfMessagesDelayed: '1',
      },
    });
  });

  test('given an unknown name, it is refused by name', async () => {
    await expect(given().call('GetQueueAttributes', { QueueUrl, AttributeNames: ['Colour'] })).rejects.toMatchObject({
      code: 'InvalidAttributeName',
      message: 'Unknown Attribute Colour.',
    });
  });

  test('given a queue with the policies of a template, there is one policy of all their statements', async () => {
    const { call, queues } = given();
    const statement = (Action: string) => ({ Effect: 'Allow' as const, Principal: '*' as const, Action });
    const { policies } = queues.get(queueArn('users'));
    policies.set('a', { Statement: statement('sqs:SendMessage') });
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
    clock.skip(50 * SECOND_MS);
    await expect(call('PurgeQueue', { QueueUrl })).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
      status: 403,
      message: 'Only one PurgeQueue operation on users is allowed every 60 seconds.',
    });
    await call('PurgeQueue', { QueueUrl: queueProps('dlq').url });
    clock.skip(10 * SECOND_MS);
    await call('PurgeQueue', { QueueUrl });
  });
});

describe('ListDeadLetterSourceQueues', () => {
  test('given a dead-letter queue, its sources are listed by name, in pages on request', async () => {
    const { call, queues } = given();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: '5' });
    for (const name of ['zoo', 'birds']) queues.create(queueProps(name, { RedrivePolicy }));
    queues.create(queueProps('alone'));
    const list = (more: object) => call('ListDeadLetterSourceQueues', { QueueUrl: queueProps('dlq').url, ...more });
    const urls = ['birds', 'users', 'zoo'].map((name) => queueProps(name).url);
    expect(await list({})).toEqual({ queueUrls: urls });
    const first = (await list({ MaxResults: 2 })) as { NextToken: string };
    expect(first).toEqual({ queueUrls: urls.slice(0, 2), NextToken: expect.any(String) });
    expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toEqual({ queueUrls: urls.slice(2) });
    expect(await list({ QueueUrl })).toEqual({ queueUrls: [] });
    await expect(list({ MaxResults: 0 })).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
  });
});

describe('ListQueues', () => {
  const urlsOf = (...names: string[]) => names.map((name) => queueProps(name).url);

  test.each([
    { request: {}, answer: { QueueUrls: urlsOf('dlq', 'users') } },
    { request: { QueueNamePrefix: 'us' }, answer: { QueueUrls: urlsOf('users') } },
    { request: { QueueNamePrefix: 'Us' }, answer: {} },
    { request: { QueueNamePrefix: '' }, answer: { QueueUrls: urlsOf('dlq', 'users') } },
    { request: { MaxResults: 2 }, answer: { QueueUrls: urlsOf('dlq', 'users') } },
  ])('given $request, the answer is $answer', async ({ request, answer }) => {
    expect(await given().call('ListQueues', request)).toEqual(answer);
  });

  test('given pages, the token leads from one to the next', async () => {
    const { call } = given();
    const first = (await call('ListQueues', { MaxResults: 1 })) as { NextToken: string };
    expect(first).toEqual({ QueueUrls: urlsOf('dlq'), NextToken: expect.any(String) });
    const rest = await call('ListQueues', { MaxResults: 1, NextToken: first.NextToken });
    expect(rest).toEqual({ QueueUrls: urlsOf('users') });
  });

  test('given more than a thousand queues, who asks for no pages gets a thousand and no token', async () => {
    const { call, queues } = given();
    for (let n = 0; n < 1000; n++) queues.create(queueProps(`many-${n}`));
    const { QueueUrls, ...more } = (await call('ListQueues', {})) as { QueueUrls: string[] };
    expect([QueueUrls.length, more]).toEqual([1000, {}]);
  });

  test.each([{ MaxResults: 0 }, { MaxResults: 1001 }, { NextToken: '{' }])(
    'given %p, it is refused',
    async (request) => {
      await expect(given().call('ListQueues', request)).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      });
    },
  );
});

describe('TagQueue, UntagQueue and ListQueueTags', () => {
  test('given tags beside those that are there, fifty are the most in all', async () => {
    const { call } = given();
    const tagged = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`tag-${from + n}`, 'x']));
    await call('TagQueue', { QueueUrl, Tags: tagged(0, 30) });
    await expect(call('TagQueue', { QueueUrl, Tags: tagged(30, 51) })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    await call('TagQueue', { QueueUrl, Tags: tagged(30, 50) });
    expect(await call('ListQueueTags', { QueueUrl })).toEqual({ Tags: tagged(0, 50) });
  });

  test('given tags, they are added, replaced and taken away, and without any there is no list', async () => {
    const { call } = given();
    const tags = () => call('ListQueueTags', { QueueUrl });
    expect(await tags()).toEqual({});
    await call('TagQueue', { QueueUrl, Tags: { tag1: 'value1', tag2: 'value2', Tag1: '' } });
    await call('TagQueue', { QueueUrl, Tags: { tag1: 'VALUE1', tag3: 'value3' } });
    expect(await tags()).toEqual({ Tags: { tag1: 'VALUE1', tag2: 'value2', Tag1: '', tag3: 'value3' } });
    await call('UntagQueue', { QueueUrl, TagKeys: ['tag1', 'tag2', 'Tag1', 'none'] });
    expect(await tags()).toEqual({ Tags: { tag3: 'value3' } });
    await call('UntagQueue', { QueueUrl, TagKeys: ['tag3'] });
    expect(await tags()).toEqual({});
  });

  test.each<{ tags: Record<string, unknown> }>([
    { tags: { 'aws:name': 'x' } },
    { tags: { '': 'x' } },
    { tags: { ['k'.repeat(129)]: 'x' } },
    { tags: { key: 'v'.repeat(257) } },
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`key${n}`, 'x'])) },
  ])('given tags that a queue cannot have, they are refused, by CreateQueue as well', async ({ tags }) => {
    const { call, queues } = given();
    const error = { code: 'InvalidParameterValueException' };
    await expect(call('TagQueue', { QueueUrl, Tags: tags })).rejects.toMatchObject(error);
    await expect(call('CreateQueue', { QueueName: 'new', tags })).rejects.toMatchObject(error);
    expect([queues.named('users')?.tags, queues.named('new')]).toEqual([{}, undefined]);
  });

  test.each([
    ['TagQueue', {}],
    ['UntagQueue', {}],
  ])('given nothing to do, %s says what is missing', async (operation, request) => {
    const call = given().call(operation, { QueueUrl, ...request });
    await expect(call).rejects.toMatchObject({ code: 'MissingRequiredParameterException' });
  });
});
