import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SqsLetterQueue } from '../../../../operations/dead-letters/letter-queue.ts';
import { lookThrough } from '../../../../operations/dead-letters/look-through.ts';
import { surveyJson, unreadableNote } from '../../../../operations/dead-letters/survey.ts';
import { eventBody } from './fake-queue.ts';

let server: Server | undefined;
let sqs: SQSClient | undefined;

afterEach(() => {
  sqs?.destroy();
  server?.closeAllConnections();
  server?.close();
});

/** A queue on a server that answers as SQS does, the first receive with these messages. */
async function queueWith(answer: string, status = 200) {
  const calls: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const isFirst = !calls.some((call) => call.operation === 'ReceiveMessage');
    calls.push({ operation, input: JSON.parse(text) });
    response.writeHead(operation === 'ReceiveMessage' ? status : 200, { 'content-type': 'application/x-amz-json-1.0' });
    if (operation === 'ReceiveMessage') return response.end(isFirst ? answer : '{}');
    return response.end(JSON.stringify({ Attributes: { ApproximateNumberOfMessages: '0' } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  sqs = new SQSClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  return { calls, queue: new SqsLetterQueue(sqs, `${endpoint}/1/dlq`) };
}

function message(id: string, more: object = {}) {
  const Body = eventBody(id);
  const MD5OfBody = createHash('md5').update(Body).digest('hex');
  const Attributes = { SentTimestamp: '1714458435000', ApproximateReceiveCount: '6' };
  return { MessageId: id, ReceiptHandle: `handle-of-${id}`, Body, MD5OfBody, Attributes, ...more };
}

const answerOf = (...messages: readonly unknown[]) => JSON.stringify({ Messages: messages });
const attribute = (value: unknown) => ({ MessageAttributes: { '\u001b[2J': value } });

const BINARY = { DataType: 'Binary', BinaryValue: Buffer.from('fine').toString('base64') };

describe('receiving dead letters', () => {
  test('gives those that can be read as the SDK does', async () => {
    const { queue } = await queueWith(answerOf(message('a', attribute(BINARY)), message('b')));
    const [a, b] = await queue.receive(10, 60);
    expect(a).toMatchObject({ MessageId: 'a', Body: eventBody('a') });
    expect(Buffer.from(a?.MessageAttributes?.['\u001b[2J']?.BinaryValue ?? []).toString()).toBe('fine');
    expect(b?.unreadable).toBeUndefined();
  });

  test.each([
    ['a binary attribute that is no Base64', attribute({ DataType: 'Binary', BinaryValue: '!!!' })],
    ['a body that its MD5 does not fit', { MD5OfBody: '0'.repeat(32) }],
  ])('given %s, then the others are read, and it is named', async (_, more) => {
    const { queue } = await queueWith(answerOf(message('a', attribute(BINARY)), message('bad', more), message('c')));
    const received = await queue.receive(10, 60);
    expect(received.map(({ MessageId }) => MessageId)).toEqual(['a', 'bad', 'c']);
    expect(received.map(({ unreadable }) => unreadable !== undefined)).toEqual([false, true, false]);
    expect(Buffer.from(received[0]?.MessageAttributes?.['\u001b[2J']?.BinaryValue ?? []).toString()).toBe('fine');
  });

  test('given one of which several things cannot be read, then all of them are told', async () => {
    const MessageAttributes = {
      binary: { DataType: 'Binary', BinaryValue: '!!!' },
      bare: { StringValue: 'x' },
      good: { DataType: 'String', StringValue: 'kept' },
    };
    const { queue } = await queueWith(answerOf(message('bad', { MessageAttributes, MD5OfBody: '0'.repeat(32) })));
    const [bad] = await queue.receive(10, 60);
    expect(bad).toMatchObject({
      unreadable:
        'its attribute binary is not Base64, and its attribute bare has no type, and its body is not the one that its MD5 is of',
      MessageAttributes: { good: { DataType: 'String', StringValue: 'kept' } },
    });
  });

  test('given one that cannot be read, then a look counts it, names it and gives all back', async () => {
    const bad = message('bad', attribute({ DataType: 'Binary', BinaryValue: '!!!' }));
    const { queue, calls } = await queueWith(answerOf(message('a'), bad, message('c')));
    const { signal } = new AbortController();
    const survey = await lookThrough(queue, {
      owner: 'subscriber',
      most: 10,
      signal,
      now: () => 0,
      recordsOf: async () => undefined,
    });
    expect(survey.kinds).toEqual({ pipe: 0, handler: 2, delivery: 0, foreign: 1 });
    expect(unreadableNote('uri-recorder', survey.unreadable)).toBe(
      'note: message bad of uri-recorder cannot be read: its attribute \\u{1b}[2J is not Base64\n',
    );
    expect(surveyJson(survey)).toMatchObject({ unreadable: { bad: expect.stringContaining('cannot be read') } });
    const hidden = calls.filter(({ operation }) => operation === 'ChangeMessageVisibilityBatch');
    const handles = hidden.flatMap(
      ({ input }) => input.Entries as { ReceiptHandle: string; VisibilityTimeout: number }[],
    );
    expect(handles.map(({ ReceiptHandle }) => ReceiptHandle).sort()).toEqual(
      ['a', 'bad', 'c'].map((id) => `handle-of-${id}`),
    );
    expect(handles.every(({ VisibilityTimeout }) => VisibilityTimeout === 0)).toBe(true);
  });

  test.each([
    ['no JSON', '<html>', 200],
    ['a refusal', '{"__type":"com.amazonaws.sqs#AccessDenied","message":"no"}', 403],
    ['a failure, whatever is in it', JSON.stringify({ Messages: [message('a')], message: 'no' }), 500],
  ])('given %s, then it fails as the call does', async (_, answer, status) => {
    const { queue } = await queueWith(answer, status);
    await expect(queue.receive(10, 60)).rejects.toThrow(status === 200 ? 'Deserialization error' : 'no');
  });
});
