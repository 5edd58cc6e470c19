import { describe, expect, test } from '@jest/globals';
import { makeParts } from '../support/parts.ts';
import { makeApiQueues, makeQueues, queueProps, waitingIn } from '../support/queues.ts';

const QueueUrl = queueProps('users').url;
const BATCHES = ['SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'];

function given(attributes: Readonly<Record<string, string>> = {}) {
  const parts = makeParts();
  const queues = makeQueues(parts);
  const queue = queues.create(queueProps('users', attributes));
  const { call } = makeApiQueues(parts, queues);
  const batch = (operation: string, Entries: unknown) => call(operation, { QueueUrl, Entries });
  const bodies = () => waitingIn(queues, 'users').map(({ body }) => body);
  const receive = async (...sent: string[]) => {
    for (const body of sent) queues.messages.put(queue, { body });
    return queues.messages.receiveAsClient(queue, 10).map(({ receiptHandle }) => receiptHandle);
  };
  return { ...parts, queue, batch, bodies, receive };
}

/** Entries that each of the operations takes as far as their ids are concerned. */
const entries = (...ids: unknown[]) =>
  ids.map((Id) => ({ Id, MessageBody: 'x', ReceiptHandle: 'handle', VisibilityTimeout: 0 }));

describe.each(BATCHES)('a whole %s', (operation) => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => String(n));

  test.each<{ given: string; list: unknown; code: string; message: RegExp }>([
    {
      given: 'no entries',
      list: [],
      code: 'EmptyBatchRequest',
      message: /^There should be at least one \w+BatchRequestEntry in the request\.$/,
    },
    { given: 'no list', list: undefined, code: 'EmptyBatchRequest', message: /at least one/ },
    {
      given: 'eleven entries',
      list: entries(...ids(11)),
      code: 'TooManyEntriesInBatchRequest',
      message: /^Maximum number of entries per request are 10\. You have sent 11\.$/,
    },
    {
      given: 'an id twice',
      list: entries('a', 'b', 'a'),
      code: 'BatchEntryIdsNotDistinct',
      message: /^Id a repeated\.$/,
    },
    ...['', 'invalid:id', 'testLongId'.repeat(10), '가'].map((id) => ({
      given: `the id "${id}"`,
      list: entries('a', id),
      code: 'InvalidBatchEntryId',
      message: /^A batch entry id can only contain alphanumeric characters, hyphens and underscores\./,
    })),
    {
      given: 'no id',
      list: entries('a', undefined),
      code: 'MissingRequiredParameterException',
      message: /^The request must contain the parameter \w+BatchRequestEntry\.2\.Id\.$/,
    },
    {
      given: 'entries without more than ids',
      list: [{ Id: 'a' }],
      code: 'MissingRequiredParameterException',
      message: /BatchRequestEntry\.1\.(MessageBody|ReceiptHandle)\.$/,
    },
  ])('given $given, is refused, and nothing is done', async ({ list, code, message }) => {
    const { batch, bodies } = given();
    await expect(batch(operation, list)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(bodies()).toEqual([]);
  });

  test('given ten entries with ids of every kind, is taken', async () => {
    const list = entries(...ids(8), 'a-_B9', 'x'.repeat(80));
    const { Successful = [], Failed = [] } = (await given().batch(operation, list)) as Record<string, { Id: string }[]>;
    expect([...Successful, ...Failed].map(({ Id }) => Id)).toEqual(list.map(({ Id }) => Id));
  });
});

describe('SendMessageBatch', () => {
  test('given good entries, all are sent, and the answer has no list of failures', async () => {
    const { batch, bodies } = given();
    const answer = await batch('SendMessageBatch', [
      { Id: '1', MessageBody: 'message', MessageAttributes: { Foo: { DataType: 'String', StringValue: 'Bar' } } },
      { Id: '2', MessageBody: '😀', DelaySeconds: 0, MessageGroupId: 'g' },
    ]);
    expect(answer).toEqual({
      Successful: [
        {
          Id: '1',
          MessageId: expect.any(String),
          MD5OfMessageBody: '78e731027d8fd50ed642340b7c9a63b3',
          MD5OfMessageAttributes: 'ae7155c6026991b6d54b11589678bf9c',
        },
        { Id: '2', MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) },
      ],
    });
    expect(bodies()).toEqual(['message', '😀']);
  });

  test.each<{ given: string; bad: object; code: string; message: RegExp }>([
    { given: 'a control character', bad: { MessageBody: '\u0001' }, code: 'InvalidMessageContents', message: /#x9/ },
    { given: 'an empty body', bad: { MessageBody: '' }, code: 'MissingParameter', message: /MessageBody/ },
    { given: 'too long a delay', bad: { DelaySeconds: 901 }, code: 'InvalidParameterValue', message: /DelaySeconds/ },
    {
      given: 'too long a body',
      bad: { MessageBody: 'x'.repeat(1025) },
      code: 'InvalidParameterValue',
      message: /1024/,
    },
    { given: 'a bad group', bad: { MessageGroupId: 'a b' }, code: 'InvalidParameterValue', message: /MessageGroupId/ },
    {
      given: 'a broken attribute',
      bad: { MessageAttributes: { k: { DataType: 'Binary', BinaryValue: '!!!' } } },
      code: 'InvalidParameterValue',
      message: /base64/,
    },
    {
      given: 'a list of values',
      bad: { MessageAttributes: { k: { DataType: 'String', StringValue: 'x', StringListValues: ['y'] } } },
      code: 'AWS.SimpleQueueService.UnsupportedOperation',
      message: /list values/,
    },
  ])('given $given in one entry, that one fails, and the others are sent', async ({ bad, code, message }) => {
    const { batch, bodies } = given({ MaximumMessageSize: '1024' });
    const answer = await batch('SendMessageBatch', [
      { Id: '1', MessageBody: 'a' },
      { Id: '2', MessageBody: 'bad', ...bad },
      { Id: '3', MessageBody: 'b' },
    ]);
    expect(answer).toEqual({
      Successful: [expect.objectContaining({ Id: '1' }), expect.objectContaining({ Id: '3' })],
      Failed: [{ Id: '2', SenderFault: true, Code: code, Message: expect.stringMatching(message) }],
    });
    expect(bodies()).toEqual(['a', 'b']);
  });

  test('given only bad entries, the answer has no list of successes', async () => {
    const answer = await given().batch('SendMessageBatch', [{ Id: '1', MessageBody: '\u0001' }]);
    expect(answer).toEqual({ Failed: [expect.objectContaining({ Id: '1' })] });
  });

  const MOST = 1_048_576;
  test.each([
    { bytes: MOST, sent: 2 },
    { bytes: MOST + 1, sent: 0 },
  ])('given $bytes bytes in all, $sent are sent', async ({ bytes, sent }) => {
    const { batch, bodies } = given();
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'x' } };
    const body = 'a'.repeat(bytes - 'kStringx'.length - 1);
    const answer = batch('SendMessageBatch', [
      { Id: '1', MessageBody: body, MessageAttributes },
      { Id: '2', MessageBody: 'a' },
    ]);
    if (sent > 0) await answer;
    else {
      await expect(answer).rejects.toMatchObject({
        code: 'BatchRequestTooLong',
        message: `Batch requests cannot be longer than ${MOST} bytes. You have sent ${bytes} bytes.`,
      });
    }
    expect(bodies()).toHaveLength(sent);
  });

  test('given entries that fit the queue one by one, their sum may be longer than its messages', async () => {
    const { batch, bodies } = given({ MaximumMessageSize: '1024' });
    await batch('SendMessageBatch', [
      { Id: '1', MessageBody: 'a'.repeat(1024) },
      { Id: '2', MessageBody: 'a' },
    ]);
    expect(bodies()).toHaveLength(2);
  });
});

describe('DeleteMessageBatch', () => {
  test('given good and bad handles, each has its outcome', async () => {
    const { batch, receive, queue } = given();
    const [one] = await receive('a', 'b');
    expect(
      await batch('DeleteMessageBatch', [
        { Id: '1', ReceiptHandle: one },
        { Id: '2', ReceiptHandle: 'garbage' },
      ]),
    ).toEqual({
      Successful: [{ Id: '1' }],
      Failed: [
        {
          Id: '2',
          SenderFault: true,
          Code: 'ReceiptHandleIsInvalid',
          Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
        },
      ],
    });
    expect(queue.inFlight).toBe(1);
  });
});

describe('ChangeMessageVisibilityBatch', () => {
  test('given a timeout for each, they come back by it, and a bad one fails alone', async () => {
    const { batch, receive, queue, clock } = given();
    const [one, two, three] = await receive('a', 'b', 'c');
    const answer = await batch('ChangeMessageVisibilityBatch', [
      { Id: '1', ReceiptHandle: one, VisibilityTimeout: 0 },
      { Id: '2', ReceiptHandle: two, VisibilityTimeout: 60 },
      { Id: '3', ReceiptHandle: three, VisibilityTimeout: 43_201 },
      { Id: '4', ReceiptHandle: three },
    ]);
    expect(answer).toMatchObject({
      Successful: [{ Id: '1' }, { Id: '2' }],
      Failed: [
        { Id: '3', Code: 'InvalidParameterValue' },
        { Id: '4', Code: 'MissingParameter' },
      ],
    });
    expect(queue.visible).toBe(1);
    clock.skip(30_000);
    expect(queue.visible).toBe(2);
  });
});
