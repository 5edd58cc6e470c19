import { describe, expect, test } from '@jest/globals';
import type { DeadLetterChoice } from '../../../../operations/dead-letters/index.ts';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import {
  editableText,
  editEvent,
  editProblem,
  findEditable,
  sendEdited,
} from '../../../../operations/edit-dead-letter/index.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { deployed as withLogs } from '../dead-letters/deployed-queues.ts';
import { eventBody, pipeBody } from '../dead-letters/fake-queue.ts';

const OUTPUTS = {
  EventBusName: 'bus',
  UserIdAttribute: 'userId',
  PipeDlqUrl: 'https://sqs/pipe-dlq',
  UriRecorderQueueUrl: 'https://sqs/queue',
  UriRecorderDlqUrl: 'https://sqs/dlq',
  UriRecorderRuleArn: 'arn:rule',
};

/** An event as the bus delivers it, with everything that its contract asks for. */
const wholeEvent = (eventId: string) =>
  eventBody(eventId, { account: '123456789012', time: '2024-04-30T06:27:17Z', region: 'us-east-1', resources: [] });

/** A stack with these messages in the dead-letter queue of a subscriber, and in that of the pipe. */
function deployed(
  bodies: Readonly<Record<string, string>>,
  answers: ConstructorParameters<typeof FakeAws>[0] = {},
  pipe: Readonly<Record<string, string>> = {},
) {
  const queues = new Map([
    ['https://sqs/dlq', new Map(Object.entries(bodies))],
    ['https://sqs/pipe-dlq', new Map(Object.entries(pipe))],
  ]);
  const held = new Set<string>();
  const visible = (url: string) => [...(queues.get(url) ?? [])].filter(([id]) => !held.has(id));
  const aws = new FakeAws({
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(visible(QueueUrl).length) },
    }),
    ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages }) => ({
      Messages: visible(QueueUrl)
        .slice(0, MaxNumberOfMessages)
        .map(([id, Body]) => {
          held.add(id);
          return { MessageId: id, ReceiptHandle: id, Body, Attributes: { SentTimestamp: '1714458435000' } };
        }),
    }),
    ChangeMessageVisibilityBatch: ({ Entries }) => {
      for (const { ReceiptHandle } of Entries) held.delete(ReceiptHandle);
      return {};
    },
    SendMessage: () => ({}),
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => {
      queues.get(QueueUrl)?.delete(ReceiptHandle);
      return {};
    },
    ...answers,
  });
  const on = { clients: aws.clients, stack: { name: 's', outputs: OUTPUTS }, target: { stackName: 's' } };
  const left = (url = 'https://sqs/dlq') => visible(url).map(([id]) => id);
  return { aws, on: on as unknown as OnStack, left };
}

const { signal } = new AbortController();
const find = (on: OnStack, choice: DeadLetterChoice = {}) => findEditable(on, choice, signal);

describe('the dead letter to edit', () => {
  test('is the one that is chosen; it stays, and neither logs nor stream are asked', async () => {
    const { aws, on, left } = deployed({ m1: wholeEvent('e1'), m2: wholeEvent('e2') });
    const found = await find(on, { messageId: ['m2'] });
    expect(found).toEqual({
      queue: expect.objectContaining({ owner: 'subscriber', name: 'uri-recorder', url: 'https://sqs/dlq' }),
      messageId: 'm2',
      envelope: JSON.parse(wholeEvent('e2')),
    });
    expect(left()).toEqual(['m1', 'm2']);
    expect(new Set(aws.calls.map(([operation]) => operation))).toEqual(
      new Set(['GetQueueAttributes', 'ReceiveMessage', 'ChangeMessageVisibilityBatch']),
    );
  });

  test('is missed where none is chosen', async () => {
    const none = find(deployed({}).on);
    await expect(none).rejects.toThrow(CommandFailure);
    await expect(none).rejects.toThrow(/^no dead letter is chosen; npx pipeline dlq list/);
  });

  test('is unclear where several are chosen', async () => {
    const several = find(deployed({ m1: wholeEvent('e1'), m2: wholeEvent('e2') }).on);
    await expect(several).rejects.toThrow(UsageError);
    await expect(several).rejects.toThrow(/^several dead letters are chosen, .*--message-id/);
  });

  const numbered = wholeEvent('e1').replace('1714458435', '12345678901234567890');
  test.each<[string, Record<string, string>, string]>([
    ['no JSON', { m1: 'hello' }, 'the message m1 of uri-recorder is no event (not JSON): only an event'],
    [
      'a list',
      { m1: '[1]' },
      'the message m1 of uri-recorder is no event (not an event: source, detail-type or detail',
    ],
    [
      'a number that would change',
      { m1: numbered },
      'the message m1 of uri-recorder has a number that would be another one on the bus: 12345678901234567890 in "registeredAt"; write it as a text',
    ],
  ])('cannot be %s', async (_case, bodies, problem) => {
    const refused = find(deployed(bodies).on);
    await expect(refused).rejects.toThrow(CommandFailure);
    await expect(refused).rejects.toThrow(problem);
  });

  test('cannot be one of the pipe, whose stream is not asked', async () => {
    const { aws, on } = deployed({}, {}, { p1: pipeBody('111') });
    await expect(find(on)).rejects.toThrow('the message p1 of pipe is about stream records: only an event');
    expect(aws.inputs('GetShardIterator')).toEqual([]);
  });
});

describe('the dead letter to edit, behind others that are very long', () => {
  const huge = 'x'.repeat(2 ** 26);
  const event = JSON.stringify({ ...JSON.parse(wholeEvent('e1')), resources: ['x'.repeat(1000)] });
  const long = () => withLogs({ 'UriRecorder-dlq': { a: huge, b: huge, m1: event } }, { e1: 'AccessDenied' }).on;

  test('can be chosen by its id', async () => {
    expect(await find(long(), { messageId: ['m1'] })).toMatchObject({ envelope: JSON.parse(event) });
  });

  test('was not read whole where all have to be kept to choose it, which says how to choose it', async () => {
    await expect(find(long(), { error: 'AccessDenied' })).rejects.toThrow(
      'only the beginning of the message m1 of uri-recorder was read, after others that are very long: choose it with --message-id m1',
    );
  });
});

describe('an edited event', () => {
  const fixed = JSON.stringify({
    metadata: { schemaVersion: 1 },
    data: { userId: 'alice', registeredAt: 1 },
  });
  const withEdit = async (world: ReturnType<typeof deployed>, text = fixed) => {
    const editable = await find(world.on, { messageId: ['m1'] });
    return { editable, edited: editEvent(editable, text) };
  };

  test('is sent to the queue of the subscriber, and then the original alone is deleted', async () => {
    const world = deployed({ m1: wholeEvent('e1'), m2: wholeEvent('e2') });
    const { editable, edited } = await withEdit(world);
    expect(await sendEdited(world.on, editable, edited, signal)).toBe(true);
    expect(world.aws.inputs('SendMessage')).toEqual([{ QueueUrl: 'https://sqs/queue', MessageBody: edited.body }]);
    expect(world.left()).toEqual(['m2']);
    const effects = world.aws.calls.map(([operation]) => operation).filter((name) => /^(Send|Delete)/.test(name));
    expect(effects).toEqual(['SendMessage', 'DeleteMessage']);
  });

  test('is not sent if it does not fit its contract', async () => {
    const world = deployed({ m1: wholeEvent('e1') });
    const { editable, edited } = await withEdit(world, '{"data": {"userId": "alice"}}');
    await expect(sendEdited(world.on, editable, edited, signal)).rejects.toThrow(
      /^the edited event does not fit its contract user-registered\.v1: .*; nothing was sent$/,
    );
    expect([world.aws.inputs('SendMessage'), world.left()]).toEqual([[], ['m1']]);
  });

  test('is not sent where the original is no longer there', async () => {
    const world = deployed({ m1: wholeEvent('e1') });
    const { editable, edited } = await withEdit(world);
    const gone = deployed({ m2: wholeEvent('e2') });
    await expect(sendEdited(gone.on, editable, edited, signal)).rejects.toThrow(
      'the message m1 of uri-recorder is no longer there, or was received by someone else; nothing was sent',
    );
    expect(gone.aws.inputs('SendMessage')).toEqual([]);
  });

  test('is not sent after an interruption, which is no failure', async () => {
    const world = deployed({ m1: wholeEvent('e1') });
    const { editable, edited } = await withEdit(world);
    expect(await sendEdited(world.on, editable, edited, AbortSignal.abort())).toBe(false);
    expect([world.aws.inputs('SendMessage'), world.left()]).toEqual([[], ['m1']]);
  });

  test('that was sent, while the original cannot be deleted, says how to delete it', async () => {
    const world = deployed(
      { m1: wholeEvent('e1') },
      {
        DeleteMessage: () => {
          throw Object.assign(awsError('InternalError', 'no'), { $metadata: { httpStatusCode: 500 } });
        },
      },
    );
    const { editable, edited } = await withEdit(world);
    await expect(sendEdited(world.on, editable, edited, signal)).rejects.toThrow(
      'the edited event was sent, but the message m1 of uri-recorder could not be deleted (InternalError: no): ' +
        'npx pipeline dlq purge --message-id m1',
    );
  });

  test('that breaks its contract in several ways says each of them once', () => {
    const field = { pointer: '/a', field: 'a', problem: 'is missing' };
    const other = { pointer: '/b', field: 'b', problem: 'must be text' };
    expect(editProblem({ contract: 'x.v1', violations: [field, other, field] })).toBe(
      'the edited event does not fit its contract x.v1: a is missing; b must be text',
    );
    expect(editProblem({ violations: [field] })).toBe('the edited event does not fit its contract: a is missing');
  });

  test('of an event without ids has another id for each message', () => {
    const envelope = { 'detail-type': 'UserRegistered', source: 'users-table', detail: {} };
    const of = (messageId: string) => editEvent({ messageId, envelope }, fixed).eventId;
    expect(of('m1')).toBe(of('m1'));
    expect(of('m1')).not.toBe(of('m2'));
  });

  test('of an event with an id is the same, whichever message it came in', () => {
    const envelope = JSON.parse(wholeEvent('e1'));
    const of = (messageId: string) => editEvent({ messageId, envelope }, fixed).eventId;
    expect(of('m1')).toBe(of('m2'));
    const other = editEvent({ messageId: 'm1', envelope: JSON.parse(wholeEvent('e2')) }, fixed);
    expect(other.eventId).not.toBe(of('m1'));
  });

  test('takes no correlation id that is no text', () => {
    const envelope = { 'detail-type': 'UserRegistered', source: 'users-table', detail: {} };
    const text = JSON.stringify({ metadata: { correlationId: 7 }, data: {} });
    const { eventId, correlationId, body } = editEvent({ messageId: 'm1', envelope }, text);
    expect(correlationId).toBe(eventId);
    expect(JSON.parse(body).detail.metadata).toEqual({ schemaVersion: 1, eventId, correlationId: eventId });
  });

  test('is edited as indented JSON that ends its last line', () => {
    const envelope = { detail: { data: { userId: 'alice' } } };
    expect(editableText({ messageId: 'm1', envelope })).toBe('{\n  "data": {\n    "userId": "alice"\n  }\n}\n');
  });
});
