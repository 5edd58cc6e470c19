import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SqsMessageQueue } from '../../../../operations/dead-letters/message-queue.ts';
import { scanMessages } from '../../../../operations/dead-letters/scan.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { eventBody } from './fake-queue.ts';

interface Call {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

function queueThatAnswers(answer: () => Promise<object>) {
  const sqs = new SQSClient({ region: 'eu-west-1' });
  const calls: Call[] = [];
  sqs.send = ((command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    calls.push({ name: command.constructor.name, input: command.input });
    return answer();
  }) as never;
  return { calls, queue: new SqsMessageQueue(sqs, 'https://sqs.eu-west-1.amazonaws.com/123456789012/dlq') };
}

describe('a dead-letter queue', () => {
  test('counts delayed messages as waiting', async () => {
    const Attributes = {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '2',
      ApproximateNumberOfMessagesDelayed: '1',
    };
    const { queue } = queueThatAnswers(async () => ({ Attributes }));
    expect(await queue.depth()).toEqual({ waiting: 4, inFlight: 2 });
  });

  test('that is gone is a failure with what to do', async () => {
    const { queue } = queueThatAnswers(() => Promise.reject(new QueueDoesNotExist({ $metadata: {}, message: 'no' })));
    await expect(queue.depth()).rejects.toThrow(CommandFailure);
    await expect(queue.depth()).rejects.toThrow(
      'the queue dlq does not exist: recreate it with its name, as in the template',
    );
  });

  test('that may not be read fails with the error of AWS', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
    await expect(queueThatAnswers(() => Promise.reject(denied)).queue.depth()).rejects.toBe(denied);
  });

  test('is waited for when it is received from: only then does SQS ask all its servers', async () => {
    const { queue, calls } = queueThatAnswers(async () => ({}));
    expect(await queue.receive(10, 60)).toEqual([]);
    expect(calls[0]?.input).toMatchObject({ MaxNumberOfMessages: 10, VisibilityTimeout: 60, WaitTimeSeconds: 1 });
  });

  test('is asked for all that a message has: EventBridge writes into attributes why it could not deliver', async () => {
    const { queue, calls } = queueThatAnswers(async () => ({}));
    await queue.receive(10, 60);
    expect(calls[0]?.input).toMatchObject({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
  });

  test('gives a message that lacks its parts with empty ones', async () => {
    const { queue } = queueThatAnswers(async () => ({ Messages: [{ Attributes: {} }] }));
    expect(await queue.receive(10, 60)).toEqual([{ MessageId: '', ReceiptHandle: '', Body: '', Attributes: {} }]);
  });

  test('changes visibility in tens, and does nothing for nothing', async () => {
    const { queue, calls } = queueThatAnswers(async () => ({ Failed: [{ Id: '0' }] }));
    await queue.hide([], 0);
    expect(calls).toEqual([]);
    const handles = Array.from({ length: 25 }, (_, index) => `h${index}`);
    await queue.hide(handles, 0);
    const entries = calls.map(({ input }) => input.Entries as { ReceiptHandle: string }[]);
    expect(entries.map(({ length }) => length).sort()).toEqual([10, 10, 5]);
    expect(entries.flat().map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(handles);
  });

  test('is sent the body and nothing else', async () => {
    const { queue, calls } = queueThatAnswers(async () => ({}));
    await queue.send('body');
    expect(calls[0]).toMatchObject({ name: 'SendMessageCommand' });
    expect(Object.keys(calls[0]?.input ?? {}).sort()).toEqual(['MessageBody', 'QueueUrl']);
  });
});

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
  return { calls, queue: new SqsMessageQueue(sqs, `${endpoint}/1/dlq`) };
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

  test('given one of which several things cannot be read, then all of them are named', async () => {
    const MessageAttributes = {
      binary: { DataType: 'Binary', BinaryValue: '!!!' },
      bare: { StringValue: 'x' },
      good: { DataType: 'String', StringValue: 'kept' },
    };
    const { queue } = await queueWith(answerOf(message('bad', { MessageAttributes, MD5OfBody: '0'.repeat(32) })));
    const [bad] = await queue.receive(10, 60);
    expect(bad).toMatchObject({
      unreadable:
        'its attribute binary is not Base64, and its attribute bare has no type, and its body does not match its MD5',
      MessageAttributes: { good: { DataType: 'String', StringValue: 'kept' } },
    });
  });

  test('given one that cannot be read, then a look counts it, names it and gives all back', async () => {
    const bad = message('bad', attribute({ DataType: 'Binary', BinaryValue: '!!!' }));
    const { queue, calls } = await queueWith(answerOf(message('a'), bad, message('c')));
    const { signal } = new AbortController();
    const summary = await scanMessages(queue, {
      owner: 'subscriber',
      most: 10,
      signal,
      now: () => 0,
      recordsOf: async () => undefined,
    });
    expect(summary.kinds).toEqual({ pipe: 0, handler: 2, delivery: 0, foreign: 1 });
    expect([...summary.unreadable]).toEqual([['bad', 'cannot be read: its attribute \u001b[2J is not Base64']]);
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
