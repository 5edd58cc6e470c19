import { describe, expect, test } from '@jest/globals';
import { xmlElements } from '../../../local/gateway/http.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { apiRequest } from './support/requests.ts';

const jsonRequest = (operation: string, body: string) =>
  apiRequest('POST', '/', { headers: { 'x-amz-target': `AmazonSQS.${operation}` }, body });
const queryRequest = (parameters: Record<string, string>) =>
  apiRequest('POST', '/', { body: String(new URLSearchParams(parameters)) });

/** The API with one operation of ours, and others that say what they were asked. */
const SQS = new Sqs({
  operations: { CreateQueue: async (request) => ({ ours: request }) },
  others: async (operation, request) => ({ operation, request }),
});

describe.each([
  { protocol: 'JSON', requestOf: (Action: string) => jsonRequest(Action, '{"QueueName":"users"}') },
  { protocol: 'query', requestOf: (Action: string) => queryRequest({ Action, QueueName: 'users' }) },
])('the $protocol protocol', ({ protocol, requestOf }) => {
  const call = async (operation: string) => {
    const { status, headers, body } = await SQS.handle(operation, requestOf(operation));
    return { status, type: headers['content-type'], body: String(body) };
  };

  test('given a request, its operation is found', () => {
    expect(Sqs.operationOf(requestOf('CreateQueue'))).toBe('CreateQueue');
  });

  test('given an operation of ours, it is done, and answered in the protocol of the call', async () => {
    const { status, type, body } = await call('CreateQueue');
    expect(status).toBe(200);
    expect([type, body.includes('<CreateQueueResult><ours><QueueName>users')]).toEqual(
      protocol === 'query' ? ['application/xml', true] : ['application/x-amz-json-1.0', false],
    );
  });

  test('given a name that every object knows, it is no operation of ours', async () => {
    const { body } = await call('toString');
    expect(body).toContain(protocol === 'query' ? '<operation>toString</operation>' : '"operation":"toString"');
  });

  test('given any other, the members of the request are passed on', async () => {
    const { body } = await call('SendMessage');
    if (protocol === 'query') expect(xmlElements(body, 'operation')).toEqual(['SendMessage']);
    else expect(JSON.parse(body)).toEqual({ operation: 'SendMessage', request: { QueueName: 'users' } });
    expect(body).toContain('users');
  });
});

test('given a body that is no JSON, the call is refused', async () => {
  await expect(SQS.handle('CreateQueue', jsonRequest('CreateQueue', '{'))).rejects.toMatchObject({
    code: 'SerializationException',
  });
});
