import { describe, expect, test } from '@jest/globals';
import { md5OfAttributes } from '../../../../packages/local-engine/sqs/message.ts';
import { MOST_IN_FLIGHT } from '../../../../packages/local-engine/sqs/queue-messages.ts';
import { ACCOUNT, entriesOf, makeParts } from '../support/parts.ts';
import { makeApiQueues, makeQueues, queueArn, queueProps, waitingIn } from '../support/queues.ts';

const SECOND_MS = 1000;
const QueueUrl = queueProps('users').url;
const INVALID = 'InvalidParameterValueException';

interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Record<string, string>;
  readonly MessageAttributes?: object;
}

/** The queue `users`, whose messages come back after 30 seconds. */
function given(attributes: Readonly<Record<string, string>> = {}) {
  const parts = makeParts();
  const queues = makeQueues(parts, 'dlq');
  const queue = queues.create(queueProps('users', attributes));
  const { call } = makeApiQueues(parts, queues);
  const send = (more: object = {}) => call('SendMessage', { QueueUrl, MessageBody: 'message', ...more });
  const receive = async (more: object = {}) =>
    ((await call('ReceiveMessage', { QueueUrl, ...more })) as { Messages?: Received[] }).Messages ?? [];
  const receiveOne = async (more: object = {}) => (await receive(more))[0] as Received;
  const deleteOne = (ReceiptHandle: unknown) => call('DeleteMessage', { QueueUrl, ReceiptHandle });
  const hide = (ReceiptHandle: unknown, VisibilityTimeout?: unknown) =>
    call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout });
  return { ...parts, queues, queue, call, send, receive, receiveOne, deleteOne, hide };
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

describe('SendMessage', () => {
  test('given a body alone, the answer has its id and hash, and nothing of attributes', async () => {
    expect(await given().send()).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: '78e731027d8fd50ed642340b7c9a63b3',
    });
  });

  test('given attributes and a trace header, the answer has a hash of each', async () => {
    const MessageAttributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } };
    const MessageSystemAttributes = { AWSTraceHeader: text('Root=1') };
    expect(await given().send({ MessageAttributes, MessageSystemAttributes })).toMatchObject({
      MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
      MD5OfMessageSystemAttributes: md5OfAttributes(MessageSystemAttributes),
    });
  });

  test.each(['dlq-😀', '"&quot;&quot;\r', '{\r\n"a" : "b"}', '\uFFFD', ' '])(
    'given the body %p, it is received as it was sent',
    async (MessageBody) => {
      const { send, receiveOne } = given();
      await send({ MessageBody });
      expect((await receiveOne()).Body).toBe(MessageBody);
    },
  );

  test.each([
    { more: { DelaySeconds: 50 }, after: 50 },
    { more: {}, after: 20 },
    { more: { DelaySeconds: 0 }, after: 0 },
  ])('given $more for a queue with a delay of 20 seconds, it can be received after $after', async ({ more, after }) => {
    const { send, receive, clock } = given({ DelaySeconds: '20' });
    await send(more);
    if (after > 0) {
      clock.skip((after * SECOND_MS) / 2);
      expect(await receive()).toEqual([]);
      clock.skip((after * SECOND_MS) / 2);
    }
    expect(await receive()).toHaveLength(1);
  });

  const LONGEST = 'a'.repeat(1024 - 'kStringx'.length);
  test('given a message that is as long as the queue allows, with its attributes, it is sent', async () => {
    const { send, queues } = given({ MaximumMessageSize: '1024' });
    await send({ MessageBody: LONGEST, MessageAttributes: { k: text('x') } });
    expect(waitingIn(queues, 'users')).toHaveLength(1);
  });

  test.each<{ given: string; more: object; code?: string; message: RegExp }>([
    {
      given: 'one byte more',
      more: { MessageBody: `${LONGEST}a`, MessageAttributes: { k: text('x') } },
      message: /^One or more parameters are invalid\. Reason: Message must be shorter than 1024 bytes\.$/,
    },
    { given: 'bytes for characters', more: { MessageBody: '가'.repeat(400) }, message: /shorter than 1024 bytes/ },
    {
      given: 'no body',
      more: { MessageBody: undefined },
      code: 'MissingRequiredParameterException',
      message: /^The request must contain the parameter MessageBody\.$/,
    },
    {
      given: 'an empty body',
      more: { MessageBody: '' },
      code: 'MissingRequiredParameterException',
      message: /MessageBody/,
    },
    {
      given: 'a body of null',
      more: { MessageBody: null },
      code: 'MissingRequiredParameterException',
      message: /MessageBody/,
    },
    { given: 'a control character', more: { MessageBody: 'a\u0001' }, code: 'InvalidMessageContents', message: /#x9/ },
    { given: 'half a pair', more: { MessageBody: '\uD83D' }, code: 'InvalidMessageContents', message: /#x10000/ },
    { given: 'a broken attribute', more: { MessageAttributes: { k: text('') } }, message: /'k' must contain/ },
    {
      given: 'too long a delay',
      more: { DelaySeconds: 901 },
      message: /^Value 901 for parameter DelaySeconds is invalid\. Reason: DelaySeconds must be >= 0 and <= 900\.$/,
    },
    { given: 'a negative delay', more: { DelaySeconds: -1 }, message: /Value -1 for parameter DelaySeconds/ },
    {
      given: 'a delay that is a text',
      more: { DelaySeconds: 'long' },
      message: /Value long for parameter DelaySeconds/,
    },
    {
      given: 'a deduplication id',
      more: { MessageDeduplicationId: 'd1' },
      message: /^Value d1 for parameter MessageDeduplicationId is invalid\. Reason: The request includes a parameter/,
    },
    ...['', 'a b', 'x'.repeat(129), '가'].map((MessageGroupId) => ({
      given: `the group "${MessageGroupId}"`,
      more: { MessageGroupId },
      message: /MessageGroupId can only include alphanumeric and punctuation characters\. 1 to 128 in length\.$/,
    })),
  ])('given $given, nothing is sent', async ({ more, code = INVALID, message }) => {
    const { send, queues } = given({ MaximumMessageSize: '1024' });
    await expect(send(more)).rejects.toMatchObject({ code, status: 400, message: expect.stringMatching(message) });
    expect(waitingIn(queues, 'users')).toEqual([]);
  });
});

describe('ReceiveMessage', () => {
  test('given a message and no names, it is received without attributes', async () => {
    const { send, receive } = given();
    const sent = (await send({ MessageAttributes: { k: text('x') } })) as { MessageId: string };
    expect(await receive()).toEqual([
      {
        MessageId: sent.MessageId,
        ReceiptHandle: expect.any(String),
        Body: 'message',
        MD5OfBody: '78e731027d8fd50ed642340b7c9a63b3',
      },
    ]);
  });

  test('given no message, the answer has no list', async () => {
    expect(await given().call('ReceiveMessage', { QueueUrl })).toEqual({});
  });

  test('given names of attributes, these are received, with a hash of them alone', async () => {
    const { send, receiveOne } = given();
    const key = { DataType: 'Binary', BinaryValue: 'AAECAw==' };
    await send({ MessageAttributes: { key, other: text('x') } });
    expect(await receiveOne({ MessageAttributeNames: ['key', 'none'] })).toMatchObject({
      MessageAttributes: { key },
      MD5OfMessageAttributes: md5OfAttributes({ key }),
    });
  });

  test.each([{ asked: { AttributeNames: ['All'] } }, { asked: { MessageSystemAttributeNames: ['All'] } }])(
    'given $asked, all system attributes that the message has are received',
    async ({ asked }) => {
      const { send, receiveOne, clock } = given();
      const before = clock.now();
      await send();
      const { Attributes = {} } = await receiveOne(asked);
      expect(Attributes).toEqual({
        SenderId: ACCOUNT.id,
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      });
      expect(Number(Attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
    },
  );

  test('given a group and a trace header, they are received by name', async () => {
    const { send, receiveOne } = given();
    await send({ MessageGroupId: 'g-1!', MessageSystemAttributes: { AWSTraceHeader: text('Root=1') } });
    const AttributeNames = ['MessageGroupId', 'AWSTraceHeader', 'SequenceNumber', 'VisibilityTimeout'];
    expect((await receiveOne({ AttributeNames })).Attributes).toEqual({
      MessageGroupId: 'g-1!',
      AWSTraceHeader: 'Root=1',
    });
  });

  test.each([
    { asked: { MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'] }, source: queueArn('users') },
    { asked: { AttributeNames: ['All'] }, source: queueArn('users') },
    { asked: { AttributeNames: ['SenderId'] }, source: undefined },
    { asked: {}, source: undefined },
  ])('given a dead letter, asked for $asked, its source is $source', async ({ asked, source }) => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn('dlq'), maxReceiveCount: 1 });
    const { send, receive, receiveOne } = given({ RedrivePolicy });
    await send();
    await receive({ VisibilityTimeout: 0 });
    expect(await receive()).toEqual([]);
    const letter = await receiveOne({ QueueUrl: queueProps('dlq').url, ...asked });
    expect([letter.Body, letter.Attributes?.DeadLetterQueueSourceArn]).toEqual(['message', source]);
  });

  test('given a timeout for this receive, the message comes back after it', async () => {
    const { send, receive, clock } = given();
    await send();
    await receive({ VisibilityTimeout: 50 });
    clock.skip(40 * SECOND_MS);
    expect(await receive()).toEqual([]);
    clock.skip(10 * SECOND_MS);
    expect(await receive()).toHaveLength(1);
  });

  test.each([
    { asked: { WaitTimeSeconds: 10 }, queue: {} },
    { asked: {}, queue: { ReceiveMessageWaitTimeSeconds: '10' } },
  ])('given $asked and a queue with $queue, it waits for a message', async ({ asked, queue }) => {
    const { send, receive } = given(queue);
    const waiting = receive(asked);
    await send();
    expect(await waiting).toHaveLength(1);
  });

  test.each<{ request: object; code?: string; message: RegExp }>([
    {
      request: { MaxNumberOfMessages: 11 },
      message:
        /^Value 11 for parameter MaxNumberOfMessages is invalid\. Reason: Must be between 1 and 10, if provided\.$/,
    },
    { request: { MaxNumberOfMessages: 0 }, message: /Value 0 for parameter MaxNumberOfMessages/ },
    { request: { MaxNumberOfMessages: 1.5 }, message: /Value 1.5 for parameter MaxNumberOfMessages/ },
    { request: { WaitTimeSeconds: 21 }, message: /WaitTimeSeconds is invalid\. Reason: Must be >= 0 and <= 20/ },
    { request: { WaitTimeSeconds: -1 }, message: /WaitTimeSeconds/ },
    { request: { VisibilityTimeout: 43_201 }, message: /VisibilityTimeout is invalid\. Reason: Must be between 0 and/ },
    { request: { ReceiveRequestAttemptId: 'a' }, message: /ReceiveRequestAttemptId is invalid/ },
    { request: { AttributeNames: ['Colour'] }, code: 'InvalidAttributeName', message: /^Unknown Attribute Colour\.$/ },
    {
      request: { MessageSystemAttributeNames: ['toString'] },
      code: 'InvalidAttributeName',
      message: /^Unknown Attribute toString\.$/,
    },
  ])('given $request, nothing is received', async ({ request, code = INVALID, message }) => {
    const { send, receive, queue } = given();
    await send();
    await expect(receive(request)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(queue.visible).toBe(1);
  });

  test('given as many messages in flight as a queue can have, no more are received', async () => {
    const { queues, queue, receive } = given();
    for (let n = 0; n <= MOST_IN_FLIGHT; n++) queues.messages.put(queue, { body: 'x' });
    for (let n = 0; n <= MOST_IN_FLIGHT; n += 10) queues.receive(queue.arn, 10);
    expect([queue.inFlight, queue.visible]).toEqual([MOST_IN_FLIGHT, 1]);
    await expect(receive()).rejects.toMatchObject({ code: 'OverLimit', status: 403 });
  });
});

describe('DeleteMessage', () => {
  test('given a receipt handle, the message is gone, and deleting it again succeeds', async () => {
    const { send, receiveOne, deleteOne, queue } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    for (let times = 0; times < 3; times++) expect(await deleteOne(ReceiptHandle)).toEqual({});
    expect(queue.inFlight).toBe(0);
  });

  test('the journal says once which message a client has deleted', async () => {
    const parts = given();
    await parts.send();
    const { MessageId, ReceiptHandle, Body } = await parts.receiveOne();
    for (let times = 0; times < 2; times++) await parts.deleteOne(ReceiptHandle);
    expect(entriesOf(parts, 'message-deleted')).toMatchObject([{ queue: 'users', messageId: MessageId, body: Body }]);
  });

  test('given one whose visibility timeout is over, the message is gone all the same', async () => {
    const { send, receiveOne, deleteOne, queue, clock } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    clock.skip(31 * SECOND_MS);
    await deleteOne(ReceiptHandle);
    expect([queue.visible, queue.inFlight]).toEqual([0, 0]);
  });

  test('given that of an earlier receive, the call succeeds, and the message stays', async () => {
    const { send, receiveOne, deleteOne, queue, clock } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    clock.skip(31 * SECOND_MS);
    await receiveOne();
    expect(await deleteOne(ReceiptHandle)).toEqual({});
    expect(queue.inFlight).toBe(1);
  });

  test.each(['DeleteMessage', 'ChangeMessageVisibility'])('given garbage, %s refuses it', async (operation) => {
    const { call, send, receiveOne, queues } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    queues.create(queueProps('other'));
    const ofOther = { QueueUrl: queueProps('other').url, ReceiptHandle, VisibilityTimeout: 0 };
    await expect(call(operation, ofOther)).rejects.toMatchObject({ code: 'ReceiptHandleIsInvalid' });
    await expect(call(operation, { ...ofOther, ReceiptHandle: 'garbage' })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
      message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    });
    await expect(call(operation, { QueueUrl, VisibilityTimeout: 0 })).rejects.toMatchObject({
      code: 'MissingRequiredParameterException',
      message: 'The request must contain the parameter ReceiptHandle.',
    });
  });
});

describe('ChangeMessageVisibility', () => {
  test('given another timeout, it counts from now, and only for this receive', async () => {
    const { send, receive, receiveOne, hide, clock } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    clock.skip(20 * SECOND_MS);
    expect(await hide(ReceiptHandle, 40)).toEqual({});
    clock.skip(30 * SECOND_MS);
    expect(await receive()).toEqual([]);
    clock.skip(10 * SECOND_MS);
    expect(await receive()).toHaveLength(1);
    clock.skip(30 * SECOND_MS);
    expect(await receive()).toHaveLength(1);
  });

  test('given 0, the message is there at once, for one that waits as well', async () => {
    const { send, receive, receiveOne, hide } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    const waiting = receive({ WaitTimeSeconds: 20 });
    await hide(ReceiptHandle, 0);
    expect(await waiting).toHaveLength(1);
  });

  test('given a handle of an earlier receive, it is taken, as recorded on AWS', async () => {
    const { send, receive, receiveOne, hide } = given();
    await send();
    const { ReceiptHandle } = await receiveOne({ VisibilityTimeout: 0 });
    await receive({ VisibilityTimeout: 30 });
    await hide(ReceiptHandle, 0);
    expect(await receive()).toHaveLength(1);
  });

  test('given a message whose timeout is over, the call succeeds, and it is hidden again', async () => {
    const { send, receive, receiveOne, hide, clock } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    clock.skip(31 * SECOND_MS);
    expect(await hide(ReceiptHandle, 10)).toEqual({});
    expect(await receive()).toEqual([]);
  });

  test('given a message that was deleted, it is refused', async () => {
    const { send, receiveOne, deleteOne, hide } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    await deleteOne(ReceiptHandle);
    await expect(hide(ReceiptHandle, 42)).rejects.toMatchObject({
      code: INVALID,
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    });
  });

  test('given more than twelve hours in all, it is refused, and the timeout stays', async () => {
    const { send, receive, receiveOne, hide, clock } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    clock.skip(10 * SECOND_MS);
    await expect(hide(ReceiptHandle, 43_200)).rejects.toMatchObject({
      code: INVALID,
      message: expect.stringContaining('Total VisibilityTimeout for the message is beyond the limit [43200 seconds]'),
    });
    clock.skip(20 * SECOND_MS);
    expect(await receive()).toHaveLength(1);
  });

  test.each([
    { timeout: 43_201, code: INVALID },
    { timeout: -1, code: INVALID },
    { timeout: 'long', code: INVALID },
    { timeout: undefined, code: 'MissingRequiredParameterException' },
  ])('given a timeout of $timeout, it is refused', async ({ timeout, code }) => {
    const { send, receiveOne, hide } = given();
    await send();
    const { ReceiptHandle } = await receiveOne();
    await expect(hide(ReceiptHandle, timeout)).rejects.toMatchObject({ code });
  });
});
