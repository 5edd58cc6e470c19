import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REFUSED, sqsService } from '../../../../packages/local-engine/sqs/api.ts';
import {
  invalidParameter,
  missingParameter,
  noSuchQueue,
  sqsErrors,
} from '../../../../packages/local-engine/sqs/errors.ts';
import { makeParts } from '../support/parts.ts';
import { makeApiQueues, makeQueues } from '../support/queues.ts';
import { apiRequest } from '../support/requests.ts';
import { xmlElements } from '../support/xml.ts';

const jsonRequest = (operation: string, body: string) =>
  apiRequest('POST', '/', { headers: { 'x-amz-target': `AmazonSQS.${operation}` }, body });
const queryRequest = (parameters: Record<string, string>) =>
  apiRequest('POST', '/', { body: String(new URLSearchParams(parameters)) });

/** The API with one operation, which answers what it was asked. */
const SQS = sqsService({ CreateQueue: async (request) => ({ asked: request }) });

describe.each([
  { protocol: 'JSON', requestOf: (Action: string) => jsonRequest(Action, '{"QueueName":"users"}') },
  { protocol: 'query', requestOf: (Action: string) => queryRequest({ Action, QueueName: 'users' }) },
])('the $protocol protocol', ({ protocol, requestOf }) => {
  const isQuery = protocol === 'query';

  test('given a request, its operation is found', () => {
    expect(SQS.operationOf(requestOf('CreateQueue'))).toBe('CreateQueue');
  });

  test('given an operation, it runs and is answered in the protocol of the call', async () => {
    const { status, headers, body } = await SQS.handle('CreateQueue', requestOf('CreateQueue'));
    expect(status).toBe(200);
    expect([headers['content-type'], String(body).includes('<CreateQueueResult><asked><QueueName>users')]).toEqual(
      isQuery ? ['application/xml', true] : ['application/x-amz-json-1.0', false],
    );
  });

  test.each(['FooBar', 'toString', ''])(
    'given the operation %p, which SQS does not have, it is refused by name',
    async (name) => {
      await expect(SQS.handle(name, requestOf(name))).rejects.toMatchObject({
        code: isQuery ? 'InvalidAction' : 'UnknownOperationException',
        message: `The action ${name} is not valid for this endpoint.`,
        status: 400,
      });
    },
  );

  test.each(['AddPermission', 'RemovePermission'])('given %s, it is refused by name', async (name) => {
    await expect(SQS.handle(name, requestOf(name))).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: `The local engine does not implement ${name}. Set the attribute Policy of the queue instead.`,
    });
  });

  test('given an error, it has the names that it has on AWS', () => {
    const headers = isQuery ? {} : { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const answers = [noSuchQueue(), invalidParameter('Bad.'), missingParameter('Id')].map((error) => {
      const { headers: sent, body } = sqsErrors(error, { requestId: 'r1', headers });
      if (!isQuery)
        return [JSON.parse(String(body)).__type, sent['x-amzn-query-error'], JSON.parse(String(body)).message];
      return [xmlElements(String(body), 'Code')[0], xmlElements(String(body), 'Message')[0]];
    });
    expect(answers).toEqual(
      isQuery
        ? [
            ['AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist for this wsdl version.'],
            ['InvalidParameterValue', 'Bad.'],
            ['MissingParameter', 'The request must contain the parameter Id.'],
          ]
        : [
            [
              'com.amazonaws.sqs#QueueDoesNotExist',
              'AWS.SimpleQueueService.NonExistentQueue;Sender',
              'The specified queue does not exist.',
            ],
            ['com.amazonaws.sqs#InvalidParameterValueException', 'InvalidParameterValue;Sender', 'Bad.'],
            [
              'com.amazonaws.sqs#MissingRequiredParameterException',
              'MissingParameter;Sender',
              'The request must contain the parameter Id.',
            ],
          ],
    );
  });
});

test('given a JSON call to a queue’s own URL, it is for that queue', async () => {
  const request = apiRequest('POST', '/111122223333/users', {
    headers: { 'x-amz-target': 'AmazonSQS.CreateQueue' },
    body: '{}',
  });
  const { body } = await SQS.handle('CreateQueue', request);
  expect(JSON.parse(String(body))).toEqual({ asked: { QueueUrl: 'http://127.0.0.1:4566/111122223333/users' } });
});

test('given a body that is no JSON, the call is refused', async () => {
  await expect(SQS.handle('CreateQueue', jsonRequest('CreateQueue', '{'))).rejects.toMatchObject({
    code: 'SerializationException',
  });
});

const QueueUrl = 'http://127.0.0.1:4566/111122223333/users';
const Entries = (MessageAttributes: unknown) => [{ Id: 'a', MessageBody: 'a', MessageAttributes }];

describe('a member of another kind than the operation’s schema says', () => {
  const sqs = () => {
    const parts = makeParts();
    return sqsService(makeApiQueues(parts, makeQueues(parts, 'users')).operations);
  };

  test.each<{ operation: string; request: Record<string, unknown> }>([
    { operation: 'GetQueueAttributes', request: { QueueUrl: 5 } },
    { operation: 'GetQueueAttributes', request: { QueueUrl, AttributeNames: 'All' } },
    { operation: 'GetQueueAttributes', request: { QueueUrl, AttributeNames: [null] } },
    { operation: 'SetQueueAttributes', request: { QueueUrl, Attributes: ['DelaySeconds'] } },
    { operation: 'SetQueueAttributes', request: { QueueUrl, Attributes: { DelaySeconds: 5 } } },
    { operation: 'TagQueue', request: { QueueUrl, Tags: { key: 5 } } },
    { operation: 'ListQueues', request: { QueueNamePrefix: {} } },
    { operation: 'SendMessage', request: { QueueUrl, MessageBody: { a: 1 } } },
    { operation: 'SendMessage', request: { QueueUrl, MessageBody: 'a', MessageAttributes: [] } },
    { operation: 'SendMessage', request: { QueueUrl, MessageBody: 'a', DelaySeconds: 'long' } },
    { operation: 'SendMessageBatch', request: { QueueUrl, Entries: {} } },
    { operation: 'SendMessageBatch', request: { QueueUrl, Entries: [null] } },
    { operation: 'SendMessageBatch', request: { QueueUrl, Entries: Entries({ k: 5 }) } },
    {
      operation: 'SendMessageBatch',
      request: { QueueUrl, Entries: Entries({ k: { DataType: 'Binary', BinaryValue: '!!!' } }) },
    },
    { operation: 'DeleteMessage', request: { QueueUrl, ReceiptHandle: ['x'] } },
    { operation: 'StartMessageMoveTask', request: { SourceArn: 5 } },
  ])('given $operation of $request, it is refused', async ({ operation, request }) => {
    await expect(sqs().handle(operation, jsonRequest(operation, JSON.stringify(request)))).rejects.toMatchObject({
      code: 'SerializationException',
      status: 400,
    });
  });

  test.each(['null', '[]', '5', '"a"'])('given the body %s, it is refused', async (body) => {
    await expect(sqs().handle('ListQueues', jsonRequest('ListQueues', body))).rejects.toMatchObject({
      code: 'SerializationException',
    });
  });

  test('given members that are null, they are not there', async () => {
    const body = JSON.stringify({ QueueNamePrefix: null, MaxResults: null, NextToken: null });
    const answer = await sqs().handle('ListQueues', jsonRequest('ListQueues', body));
    expect(JSON.parse(String(answer.body))).toEqual({ QueueUrls: [QueueUrl] });
  });

  test('given a number that is none in the query protocol, it is refused', async () => {
    const request = queryRequest({ Action: 'ReceiveMessage', QueueUrl, MaxNumberOfMessages: 'many' });
    await expect(sqs().handle('ReceiveMessage', request)).rejects.toMatchObject({ status: 400 });
  });
});

const DOCS = join(import.meta.dirname, '../../../../docs');

/** The lines of the table "What SQS does here": operation, what it does, and the file of its tests. */
function documented(): [operation: string, does: string, tests: string][] {
  const page = readFileSync(join(DOCS, 'local-engine.md'), 'utf8');
  const [, section = ''] = page.split('## What SQS does here\n');
  const [table = ''] = section.split('\n## ');
  const lines = table.matchAll(/^\| `(\w+)` +\| (.+?) +\| \[.+?\]\((.+?)\) +\|$/gm);
  return [...lines].map(([, operation = '', does = '', tests = '']) => [operation, does, tests]);
}

test('the table of the page has every operation that the engine has or refuses, and says which it refuses', () => {
  const parts = makeParts();
  const { operations } = makeApiQueues(parts, makeQueues(parts));
  const known = [
    ...Object.keys(operations).map((name) => [name, 'done']),
    ...REFUSED.map((name) => [name, 'refused']),
  ].sort();
  const listed = documented().map(([name, does]) => [name, /^\w+/.exec(does)?.[0]]);
  expect(listed.sort()).toEqual(known);
});

describe('each line of the table has tests', () => {
  test.each(documented())('%s', (operation, _does, tests) => {
    expect(readFileSync(join(DOCS, tests), 'utf8').includes(operation)).toBe(true);
  });
});
