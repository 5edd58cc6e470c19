import { describe, expect, it } from '@jest/globals';
import type { Fix } from '../../../../operations/reconcile/mismatch.ts';
import { chooseFixes, readPendingWork } from '../../../../operations/reconcile/pending-work.ts';
import { serviceError } from '../../services/service-errors.ts';
import { World } from './world.ts';

const QUEUE = 'https://sqs/queue';
const DLQ = 'https://sqs/dlq';
const PIPE_DLQ = 'https://sqs/pipe-dlq';

/** The messages of each queue, and whether the stream still has the shard of the pipe's dead letters. */
function world(queues: Record<string, object[]>, { pipe = 'RUNNING', hasShard = true } = {}) {
  const w = new World();
  const left = new Map(Object.entries(queues).map(([url, bodies]) => [url, [...bodies]]));
  w.answers.DescribePipeCommand = () => ({ CurrentState: pipe });
  w.answers.GetQueueAttributesCommand = ({ QueueUrl }: { QueueUrl: string }) => ({
    Attributes: { ApproximateNumberOfMessages: String(queues[QueueUrl]?.length ?? 0) },
  });
  w.answers.ReceiveMessageCommand = ({ QueueUrl }: { QueueUrl: string }) => ({
    Messages: left
      .get(QueueUrl)
      ?.splice(0)
      .map((body, index) => {
        const id = `${QueueUrl}#${index}`;
        return { MessageId: id, ReceiptHandle: id, Body: JSON.stringify(body) };
      }),
  });
  w.answers.ChangeMessageVisibilityBatchCommand = () => ({});
  w.answers.DescribeStreamCommand = () => ({ StreamDescription: { Shards: hasShard ? [{ ShardId: 'shard' }] : [] } });
  w.answers.GetShardIteratorCommand = () => ({ ShardIterator: 'iterator' });
  w.answers.GetRecordsCommand = () => ({
    Records: [
      {
        eventID: 'id',
        eventName: 'INSERT',
        dynamodb: {
          SequenceNumber: '7',
          Keys: { userId: { S: 'alice' } },
          NewImage: { userId: { S: 'alice' } },
          ApproximateCreationDateTime: new Date(0),
        },
      },
    ],
  });
  return w;
}

const ofPipe = {
  context: { condition: 'RetryAttemptsExhausted' },
  DDBStreamBatchInfo: {
    streamArn: 'arn:stream',
    shardId: 'shard',
    startSequenceNumber: '7',
    endSequenceNumber: '7',
    batchSize: 1,
  },
};
const eventOf = (userId: string) => ({
  source: 'users-table',
  'detail-type': 'UserRegistered',
  detail: { metadata: { schemaVersion: 1, eventId: 'e', correlationId: 'e' }, data: { userId, registeredAt: 1 } },
});

const read = (w: World, readsDeadLetters = true) =>
  readPendingWork(w.on, { readsDeadLetters, signal: new AbortController().signal });

describe('the fixes that are wanted', () => {
  const fix = (userId: string, isFirst = true): Fix => {
    return { event: 'UserRegistered', userId, registeredAt: 1, bucket: `bucket-of-${userId}`, isFirst };
  };
  const fixes = [fix('waiting'), fix('waiting', false), fix('free'), fix('other')];
  const pending = { texts: ['1 event in its queue'], mayRegister: (userId: string) => userId === 'waiting' };

  it.each([
    { holdBack: true, limit: Number.POSITIVE_INFINITY, chosen: [1, 2, 3], held: [0] },
    { holdBack: true, limit: 2, chosen: [1, 2], held: [0] },
    { holdBack: false, limit: Number.POSITIVE_INFINITY, chosen: [0, 1, 2, 3], held: [] },
    { holdBack: false, limit: 1, chosen: [0], held: [] },
  ])('given that holding back is $holdBack and a limit of $limit, are $chosen', ({ holdBack, limit, chosen, held }) => {
    expect(chooseFixes(fixes, pending, { holdBack, limit })).toEqual({
      chosen: chosen.map((index) => fixes[index]),
      held: held.map((index) => fixes[index]),
    });
  });
});

describe('pending work', () => {
  it('is nothing where the pipe runs and all queues are empty', async () => {
    const pending = await read(world({}));
    expect(pending.texts).toEqual([]);
    expect(pending.mayRegister('alice')).toBe(false);
  });

  it('names each queue that holds something, and a pipe that does not run', async () => {
    const w = world({ [QUEUE]: [{}, {}], [DLQ]: [{}], [PIPE_DLQ]: [{}] }, { pipe: 'STOPPED' });
    expect((await read(w, false)).texts).toEqual([
      'the pipe is STOPPED',
      '1 message of the pipe in its dead-letter queue',
      '2 events of bucket-service in its queue',
      '1 event of bucket-service in its dead-letter queue',
    ]);
    expect(w.calls).not.toContain('ReceiveMessageCommand');
  });

  it.each([
    ['a pipe that does not run', world({}, { pipe: 'STOPPED' })],
    ['an event in the queue of bucket-service', world({ [QUEUE]: [eventOf('alice')] })],
  ])('given %s, may be anybody', async (_case, w) => {
    const pending = await read(w);
    expect([pending.mayRegister('alice'), pending.mayRegister('bob')]).toEqual([true, true]);
  });

  it.each([
    ['of bucket-service', { [DLQ]: [eventOf('alice')] }],
    ['of the pipe', { [PIPE_DLQ]: [ofPipe] }],
  ])('given a dead letter %s, is the user in it and nobody else', async (_case, queues) => {
    const pending = await read(world(queues));
    expect([pending.mayRegister('alice'), pending.mayRegister('bob')]).toEqual([true, false]);
  });

  it('given a dead letter of the pipe whose record has left the stream, is no user: it never comes', async () => {
    const pending = await read(world({ [PIPE_DLQ]: [ofPipe] }, { hasShard: false }));
    expect(pending.texts).toEqual(['1 message of the pipe in its dead-letter queue']);
    expect(pending.mayRegister('alice')).toBe(false);
  });

  it.each([
    ['the queue of bucket-service', QUEUE],
    ['the dead-letter queue of the pipe', PIPE_DLQ],
    ['the dead-letter queue of bucket-service', DLQ],
  ])('given a message in flight alone, of %s, may be anybody: it is tried again', async (_case, url) => {
    const w = world({});
    w.answers.GetQueueAttributesCommand = ({ QueueUrl }: { QueueUrl: string }) => ({
      Attributes: {
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: QueueUrl === url ? '1' : '0',
      },
    });
    const pending = await read(w);
    expect(pending.texts).toHaveLength(1);
    expect([pending.mayRegister('alice'), pending.mayRegister('bob')]).toEqual([true, true]);
  });

  it('given a message that is delayed, may be anybody', async () => {
    const w = world({});
    w.answers.GetQueueAttributesCommand = ({ QueueUrl }: { QueueUrl: string }) => ({
      Attributes: {
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: QueueUrl === QUEUE ? '1' : '0',
      },
    });
    expect((await read(w)).mayRegister('alice')).toBe(true);
  });

  it('given more dead letters than are read, may be anybody', async () => {
    const pending = await read(world({ [DLQ]: Array.from({ length: 501 }, () => eventOf('alice')) }));
    expect(pending.mayRegister('bob')).toBe(true);
  });

  it('given a part that may not be read, says so, and may be anybody', async () => {
    const w = world({});
    w.answers.GetQueueAttributesCommand = () => {
      throw serviceError('AccessDenied', 403);
    };
    const pending = await read(w);
    expect(pending.texts).toContainEqual(
      expect.stringMatching(/^the queues of bucket-service could not be read \(AccessDenied/),
    );
    expect(pending.mayRegister('bob')).toBe(true);
  });
});
