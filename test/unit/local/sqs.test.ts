import { describe, expect, test } from '@jest/globals';
import { type ApiRequest, type ApiResponse, jsonResponse, unescapeXml, xmlElements } from '../../../local/http.ts';
import { Sqs } from '../../../local/sqs.ts';
import { ACCOUNT } from './support/parts.ts';
import { apiRequest } from './support/requests.ts';

const QUEUE_URL = 'http://127.0.0.1:4566/111122223333/users';

/** The SQS API over a server that gives one answer, and what that server was asked. */
function sqsThatAnswers(answer: ApiResponse) {
  const asked: ApiRequest[] = [];
  const forward = async (request: ApiRequest) => {
    asked.push(request);
    return answer;
  };
  const urlOf = (name: string) => (name === 'users' ? QUEUE_URL : undefined);
  const sqs = new Sqs({ account: ACCOUNT, urlOf, forward });
  const query = async (operation: string, parameters: Record<string, string> = {}) => {
    const body = String(new URLSearchParams({ Action: operation, ...parameters }));
    const { status, body: document } = await sqs.handle(operation, apiRequest('POST', '/', { body }));
    return { status, document: String(document) };
  };
  return { sqs, asked, query };
}

describe('the JSON protocol', () => {
  const request = (operation: string, body: object) =>
    apiRequest('POST', '/', { headers: { 'x-amz-target': `AmazonSQS.${operation}` }, body: JSON.stringify(body) });

  test('given a call, it is passed on, and its answer comes back with the sender’s account', async () => {
    const attributes = { Messages: [{ Body: 'x', Attributes: { SenderId: '000000000000' } }] };
    const { sqs, asked } = sqsThatAnswers(jsonResponse(attributes));
    const answer = await sqs.handle('ReceiveMessage', request('ReceiveMessage', { QueueUrl: QUEUE_URL }));
    expect(asked[0]).toMatchObject({ method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' } });
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ QueueUrl: QUEUE_URL });
    expect(JSON.parse(String(answer.body))).toEqual({
      Messages: [{ Body: 'x', Attributes: { SenderId: '111122223333' } }],
    });
  });

  test('given the name of a queue, its URL is the one under the engine’s account', async () => {
    const { sqs, asked } = sqsThatAnswers(jsonResponse({}));
    const answer = await sqs.handle('GetQueueUrl', request('GetQueueUrl', { QueueName: 'users' }));
    expect(JSON.parse(String(answer.body))).toEqual({ QueueUrl: QUEUE_URL });
    expect(asked).toEqual([]);
  });

  test.each([
    { operation: 'GetQueueUrl', code: 'AWS.SimpleQueueService.NonExistentQueue' },
    { operation: 'CreateQueue', code: 'UnsupportedOperation' },
  ])('given $operation of another queue, the answer is $code', async ({ operation, code }) => {
    const { sqs } = sqsThatAnswers(jsonResponse({}));
    const call = sqs.handle(operation, request(operation, { QueueName: 'others' }));
    await expect(call).rejects.toMatchObject({ code, status: 400 });
  });
});

describe('answers in the query protocol', () => {
  test('given a call, it is passed on as JSON', async () => {
    const { asked, query } = sqsThatAnswers(jsonResponse({ MessageId: 'm1' }));
    await query('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'x', DelaySeconds: '0' });
    expect(asked[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
    });
    const body = JSON.parse(String(asked[0]?.body));
    expect(body).toEqual({ QueueUrl: QUEUE_URL, MessageBody: 'x', DelaySeconds: 0 });
  });

  test('given an answer, it is a document in SQS’s namespace', async () => {
    const { query } = sqsThatAnswers(jsonResponse({ MessageId: 'm1', MD5OfMessageBody: 'abc' }));
    const { status, document } = await query('SendMessage');
    expect(status).toBe(200);
    expect(document).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<SendMessageResponse xmlns="http:\/\/queue/);
    expect(xmlElements(document, 'SendMessageResult')).toEqual([
      '<MessageId>m1</MessageId><MD5OfMessageBody>abc</MD5OfMessageBody>',
    ]);
    expect(xmlElements(document, 'ResponseMetadata')).toHaveLength(1);
  });

  test('given messages, each stands for itself, with attributes by name and value, and its body escaped', async () => {
    const body = '{"a":"<b>&\\r"}\r\n';
    const message = {
      MessageId: 'm1',
      Body: body,
      Attributes: { SenderId: '000000000000', ApproximateReceiveCount: '1' },
      MessageAttributes: { 'ci<ty': { StringValue: 'a&b', DataType: 'String' } },
    };
    const { query } = sqsThatAnswers(jsonResponse({ Messages: [message, { MessageId: 'm2', Body: 'plain' }] }));
    const { document } = await query('ReceiveMessage');
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

  test('given a batch, entries that failed have an element of their own', async () => {
    const answer = { Successful: [{ Id: 'a', MessageId: 'm1' }], Failed: [{ Id: 'b', SenderFault: true }] };
    const { query } = sqsThatAnswers(jsonResponse(answer));
    const { document } = await query('SendMessageBatch');
    expect(xmlElements(document, 'SendMessageBatchResultEntry')).toEqual(['<Id>a</Id><MessageId>m1</MessageId>']);
    expect(xmlElements(document, 'BatchResultErrorEntry')).toEqual(['<Id>b</Id><SenderFault>true</SenderFault>']);
  });

  test('given attributes of a queue or names of queues, they are repeated elements', async () => {
    const attributes = await sqsThatAnswers(jsonResponse({ Attributes: { QueueArn: 'arn' } })).query(
      'GetQueueAttributes',
    );
    expect(xmlElements(attributes.document, 'GetQueueAttributesResult')).toEqual([
      '<Attribute><Name>QueueArn</Name><Value>arn</Value></Attribute>',
    ]);
    const queues = await sqsThatAnswers(jsonResponse({ QueueUrls: ['u1', 'u2'] })).query('ListQueues');
    expect(xmlElements(queues.document, 'QueueUrl')).toEqual(['u1', 'u2']);
  });

  test('given an answer without a body, the result is empty', async () => {
    const { query } = sqsThatAnswers({ status: 200, headers: {}, body: '' });
    const { document } = await query('DeleteMessage');
    expect(xmlElements(document, 'DeleteMessageResult')).toEqual(['']);
  });

  test.each([
    {
      given: 'a code for such clients',
      headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
      code: 'AWS.SimpleQueueService.NonExistentQueue',
    },
    { given: 'none', headers: {}, code: 'QueueDoesNotExist' },
  ])('given an error with $given, the document names $code', async ({ headers, code }) => {
    const answer = { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'No <queue>' };
    const { query } = sqsThatAnswers(jsonResponse(answer, { status: 400, headers }));
    const { status, document } = await query('SendMessage');
    expect(status).toBe(400);
    expect(xmlElements(document, 'Error')).toEqual([
      `<Type>Sender</Type><Code>${code}</Code><Message>No &lt;queue&gt;</Message>`,
    ]);
  });
});

test('given a queue policy by the API, it is refused, since the template alone sets them', async () => {
  const { sqs, asked } = sqsThatAnswers(jsonResponse({}));
  const body = JSON.stringify({ QueueUrl: QUEUE_URL, Attributes: { Policy: '{}' } });
  const headers = { 'x-amz-target': 'AmazonSQS.SetQueueAttributes' };
  await expect(sqs.handle('SetQueueAttributes', apiRequest('POST', '/', { headers, body }))).rejects.toThrow(
    /template/,
  );
  expect(asked).toEqual([]);
});
