import { describe, expect, test } from '@jest/globals';
import { unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';
import { fromSqsQuery, sqsQueryResponse } from '../../../../packages/local-engine/sqs/protocol.ts';
import { apiRequest } from '../support/requests.ts';
import { xmlElements } from '../support/xml.ts';

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

const answer = (operation: string, members: object) => String(sqsQueryResponse(operation, members).body);

describe('answers in the query protocol', () => {
  test('given an answer, it is a document in SQS’s namespace', () => {
    const document = answer('SendMessage', { MessageId: 'm1', MD5OfMessageBody: 'abc' });
    expect(document).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<SendMessageResponse xmlns="http:\/\/queue/);
    expect(xmlElements(document, 'SendMessageResult')).toEqual([
      '<MessageId>m1</MessageId><MD5OfMessageBody>abc</MD5OfMessageBody>',
    ]);
    expect(xmlElements(document, 'ResponseMetadata')).toHaveLength(1);
  });

  test('given messages, each stands for itself, with attributes by name and value, and its body escaped', () => {
    const body = '{"a":"<b>&\\r"}\r\n';
    const message = {
      MessageId: 'm1',
      Body: body,
      Attributes: { SenderId: '111122223333', ApproximateReceiveCount: '1' },
      MessageAttributes: { 'ci<ty': { StringValue: 'a&b', DataType: 'String' } },
    };
    const document = answer('ReceiveMessage', { Messages: [message, { MessageId: 'm2', Body: 'plain' }] });
    const [first = '', second] = xmlElements(document, 'Message');
    expect(second).toBe('<MessageId>m2</MessageId><Body>plain</Body>');
    expect(xmlElements(first, 'Attribute')).toEqual([
      '<Name>SenderId</Name><Value>111122223333</Value>',
      '<Name>ApproximateReceiveCount</Name><Value>1</Value>',
    ]);
    expect(xmlElements(first, 'MessageAttribute')).toEqual([
      '<Name>ci&lt;ty</Name><Value><StringValue>a&amp;b</StringValue><DataType>String</DataType></Value>',
    ]);
    const [sent = ''] = xmlElements(first, 'Body');
    expect(sent).not.toMatch(/[\r"]|<b>/);
    expect(unescapeXml(sent)).toBe(body);
  });

  test('given a batch, entries that failed have an element of their own', () => {
    const members = { Successful: [{ Id: 'a', MessageId: 'm1' }], Failed: [{ Id: 'b', SenderFault: true }] };
    const document = answer('SendMessageBatch', members);
    expect(xmlElements(document, 'SendMessageBatchResultEntry')).toEqual(['<Id>a</Id><MessageId>m1</MessageId>']);
    expect(xmlElements(document, 'BatchResultErrorEntry')).toEqual(['<Id>b</Id><SenderFault>true</SenderFault>']);
  });

  test.each([
    {
      operation: 'GetQueueAttributes',
      members: { Attributes: { QueueArn: 'arn' } },
      result: '<Attribute><Name>QueueArn</Name><Value>arn</Value></Attribute>',
    },
    {
      operation: 'ListQueues',
      members: { QueueUrls: ['u1', 'u2'] },
      result: '<QueueUrl>u1</QueueUrl><QueueUrl>u2</QueueUrl>',
    },
    {
      operation: 'ListDeadLetterSourceQueues',
      members: { queueUrls: ['u1'], NextToken: undefined },
      result: '<QueueUrl>u1</QueueUrl>',
    },
    {
      operation: 'ListQueueTags',
      members: { Tags: { 'a&b': '1' } },
      result: '<Tag><Key>a&amp;b</Key><Value>1</Value></Tag>',
    },
    {
      operation: 'ListMessageMoveTasks',
      members: { Results: [{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 0 }] },
      result:
        '<ListMessageMoveTasksResultEntry><Status>RUNNING</Status>' +
        '<ApproximateNumberOfMessagesMoved>0</ApproximateNumberOfMessagesMoved></ListMessageMoveTasksResultEntry>',
    },
    { operation: 'DeleteMessage', members: {}, result: '' },
  ])('given the answer of $operation, it has no element around its items', ({ operation, members, result }) => {
    expect(xmlElements(answer(operation, members), `${operation}Result`)).toEqual([result]);
  });
});
