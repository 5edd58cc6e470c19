import { describe, expect, test } from '@jest/globals';
import { unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';
import { sqsQueryResponse } from '../../../../packages/local-engine/sqs/query-protocol.ts';
import { xmlElements } from '../support/xml.ts';

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
