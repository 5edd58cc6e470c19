import { describe, expect, test } from '@jest/globals';
import { fromSqsQuery } from '../../../../packages/local-engine/sqs/query-protocol.ts';
import { apiRequest } from '../support/requests.ts';

const QUEUE_URL = 'http://127.0.0.1:4566/111122223333/users';

const translate = (parameters: Readonly<Record<string, string>>, target = '/') => {
  const body = String(new URLSearchParams({ Action: 'Any', Version: '2012-11-05', ...parameters }));
  return fromSqsQuery(apiRequest('POST', target, { body }));
};

describe('parameters of a call', () => {
  test.each<{ given: string; parameters: Record<string, string>; request: object }>([
    {
      given: 'texts and numbers',
      parameters: { QueueUrl: QUEUE_URL, MessageBody: '12 & <b>', DelaySeconds: '5' },
      request: { QueueUrl: QUEUE_URL, MessageBody: '12 & <b>', DelaySeconds: 5 },
    },
    {
      given: 'a body that is all digits',
      parameters: { MessageBody: '123' },
      request: { MessageBody: '123' },
    },
    {
      given: 'what to receive',
      parameters: {
        MaxNumberOfMessages: '10',
        VisibilityTimeout: '0',
        WaitTimeSeconds: '20',
        'AttributeName.1': 'SentTimestamp',
        'AttributeName.2': 'ApproximateReceiveCount',
        'MessageAttributeName.1': 'All',
        'MessageSystemAttributeName.1': 'SenderId',
      },
      request: {
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        WaitTimeSeconds: 20,
        AttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SenderId'],
      },
    },
    {
      given: 'message attributes',
      parameters: {
        'MessageAttribute.1.Name': 'city',
        'MessageAttribute.1.Value.StringValue': '서울',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.2.Name': 'age',
        'MessageAttribute.2.Value.StringValue': '7',
        'MessageAttribute.2.Value.DataType': 'Number',
      },
      request: {
        MessageAttributes: {
          city: { StringValue: '서울', DataType: 'String' },
          age: { StringValue: '7', DataType: 'Number' },
        },
      },
    },
    {
      given: 'queue attributes',
      parameters: {
        'Attribute.1.Name': 'VisibilityTimeout',
        'Attribute.1.Value': '30',
        'Attribute.2.Name': 'DelaySeconds',
        'Attribute.2.Value': '1',
      },
      request: { Attributes: { VisibilityTimeout: '30', DelaySeconds: '1' } },
    },
    {
      given: 'tags of a new queue',
      parameters: { Action: 'CreateQueue', 'Tag.1.Key': 'team', 'Tag.1.Value': 'sign-up' },
      request: { tags: { team: 'sign-up' } },
    },
    {
      given: 'tags of a queue',
      parameters: { Action: 'TagQueue', 'Tag.2.Value': '', 'Tag.2.Key': 'a.b', 'Tag.1.Key': 'x', 'Tag.1.Value': '1' },
      request: { Tags: { 'a.b': '', x: '1' } },
    },
    {
      given: 'keys of tags',
      parameters: { 'TagKey.1': 'team', 'TagKey.2': 'x' },
      request: { TagKeys: ['team', 'x'] },
    },
    {
      given: 'how fast to move messages',
      parameters: { SourceArn: 'arn', MaxNumberOfMessagesPerSecond: '5' },
      request: { SourceArn: 'arn', MaxNumberOfMessagesPerSecond: 5 },
    },
  ])('given $given, the call carries them in JSON', ({ parameters, request }) => {
    expect(translate(parameters)).toEqual(request);
  });
});

describe('batches', () => {
  test.each([
    {
      batch: 'SendMessageBatchRequestEntry',
      members: { Id: 'a', MessageBody: 'x', DelaySeconds: '2' },
      entry: { Id: 'a', MessageBody: 'x', DelaySeconds: 2 },
    },
    {
      batch: 'DeleteMessageBatchRequestEntry',
      members: { Id: 'a', ReceiptHandle: 'h' },
      entry: { Id: 'a', ReceiptHandle: 'h' },
    },
    {
      batch: 'ChangeMessageVisibilityBatchRequestEntry',
      members: { Id: 'a', ReceiptHandle: 'h', VisibilityTimeout: '0' },
      entry: { Id: 'a', ReceiptHandle: 'h', VisibilityTimeout: 0 },
    },
  ])('given entries of $batch, they are a list', ({ batch, members, entry }) => {
    const parameters = [1, 2].flatMap((n) =>
      Object.entries(members).map(([name, value]) => [`${batch}.${n}.${name}`, value]),
    );
    expect(translate(Object.fromEntries(parameters))).toEqual({ Entries: [entry, entry] });
  });

  test('given an entry with message attributes, they stay its own', () => {
    const prefix = 'SendMessageBatchRequestEntry.2';
    const parameters = {
      'SendMessageBatchRequestEntry.1.Id': 'a',
      [`${prefix}.Id`]: 'b',
      [`${prefix}.MessageAttribute.1.Name`]: 'city',
      [`${prefix}.MessageAttribute.1.Value.StringValue`]: 'Busan',
      [`${prefix}.MessageAttribute.1.Value.DataType`]: 'String',
    };
    expect(translate(parameters)).toEqual({
      Entries: [{ Id: 'a' }, { Id: 'b', MessageAttributes: { city: { StringValue: 'Busan', DataType: 'String' } } }],
    });
  });
});

describe('the queue that a call is for', () => {
  test.each([
    { given: 'a path', target: '/111122223333/users', QueueUrl: QUEUE_URL },
    { given: 'a path with a query', target: '/111122223333/users?Action=PurgeQueue', QueueUrl: QUEUE_URL },
    { given: 'the root', target: '/', QueueUrl: undefined },
  ])('given $given, the URL is $QueueUrl', ({ target, QueueUrl }) => {
    expect(translate({}, target).QueueUrl).toBe(QueueUrl);
  });

  test('given one in the body as well, that is the one', () => {
    expect(translate({ QueueUrl: 'http://other/1/q' }, '/111122223333/users').QueueUrl).toBe('http://other/1/q');
  });
});
