import { describe, expect, test } from '@jest/globals';
import {
  messageMoveOf,
  sourceArnOfHandle,
  taskHandle,
  taskListOf,
} from '../../../../packages/local-engine/sqs/move-tasks.ts';
import { entriesOf, settle } from '../support/parts.ts';
import { DLQ, openMoves, queueArn } from '../support/queues.ts';

describe('cancelling', () => {
  test('given a running task, what was moved stays moved, and the rest stays', async () => {
    const { bury, start, list, call, ended, bodiesIn, clock, ...parts } = openMoves();
    await bury('users', 'u1', 'u2', 'u3');
    const TaskHandle = await start({ MaxNumberOfMessagesPerSecond: 1 });
    expect(await list()).toMatchObject([{ Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 }]);
    clock.skip(1);
    expect(await call('CancelMessageMoveTask', { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 1 });
    const [task] = await list();
    expect([task?.Status, task && 'TaskHandle' in task]).toEqual(['CANCELLING', false]);
    await ended();
    expect(await list()).toMatchObject([{ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 1 }]);
    expect([bodiesIn('users'), bodiesIn('dlq')]).toEqual([['u1'], ['u2', 'u3']]);
    expect(entriesOf(parts, 'message-move').map(({ status }) => status)).toEqual(['RUNNING', 'CANCELLED']);
    await expect(call('CancelMessageMoveTask', { TaskHandle })).rejects.toThrow('Only active tasks can be cancelled.');
  });

  test('given the engine’s end, nothing moves any more', async () => {
    const { bury, start, tasks, clock, bodiesIn } = openMoves();
    await bury('users', 'u1', 'u2');
    await start();
    tasks.stop();
    clock.skip(10_000);
    await settle();
    expect(bodiesIn('dlq')).toEqual(['u1', 'u2']);
  });
});

describe('ListMessageMoveTasks', () => {
  test('given more than ten, the last ten are listed, the newest first', async () => {
    const { start, list, clock, queues } = openMoves();
    for (let n = 0; n < 12; n++) {
      await queues.send(DLQ, String(n));
      await start({ DestinationArn: queueArn('other') });
      clock.skip(1000);
    }
    const all = (await list({ MaxResults: 10 })) as unknown as { StartedTimestamp: number }[];
    const times = all.map(({ StartedTimestamp }) => StartedTimestamp);
    expect(times).toHaveLength(10);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(await list()).toEqual([all[0]]);
  });

  test('given none, the list is empty', async () => {
    expect(await openMoves().list()).toEqual([]);
  });
});

describe('what is refused, in the words of AWS', () => {
  test.each([
    {
      given: 'a source that does not exist',
      request: { SourceArn: queueArn('none') },
      error: { code: 'ResourceNotFoundException', status: 404, message: /SourceArn parameter doesn't exist/ },
    },
    {
      given: 'a source that is no dead-letter queue',
      request: { SourceArn: queueArn('other') },
      error: {
        code: 'InvalidParameterValueException',
        status: 400,
        message: /^Source queue must be configured as a Dead Letter Queue/,
      },
    },
    {
      given: 'a destination that does not exist',
      request: { DestinationArn: queueArn('none') },
      error: { code: 'ResourceNotFoundException', status: 404, message: /DestinationArn parameter doesn't exist/ },
    },
  ])('given $given, no task is started', async ({ request, error }) => {
    const { start, list } = openMoves();
    const expected = { ...error, message: expect.stringMatching(error.message) };
    await expect(start(request)).rejects.toMatchObject(expected);
    expect(await list()).toEqual([]);
  });

  test('given a task that runs, a second one of its queue', async () => {
    const { start, bury } = openMoves();
    await bury('users', 'u1', 'u2');
    await start({ MaxNumberOfMessagesPerSecond: 1 });
    await expect(start()).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('Only one active task is allowed for a source queue'),
    });
  });

  test.each([
    { given: 'a handle of another engine', name: 'dlq', message: 'Task does not exist.' },
    { given: 'a handle of a queue that is gone', name: 'none', message: /SourceArn parameter doesn't exist/ },
  ])('given $given, there is nothing to cancel', async ({ name, message }) => {
    const TaskHandle = Buffer.from(JSON.stringify({ taskId: 'x', sourceArn: queueArn(name) })).toString('base64');
    const call = openMoves().call('CancelMessageMoveTask', { TaskHandle });
    await expect(call).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
      message: expect.stringMatching(message),
    });
  });

  test('given no such queue, there is no list of its tasks', async () => {
    await expect(openMoves().list({ SourceArn: queueArn('none') })).rejects.toMatchObject({ status: 404 });
  });
});

const SourceArn = 'arn:aws:sqs:ap-northeast-1:111122223333:dlq';

describe('a move', () => {
  test.each([
    { given: 'a source alone', request: {}, move: {} },
    { given: 'members of no value', request: { DestinationArn: null, MaxNumberOfMessagesPerSecond: null }, move: {} },
    {
      given: 'a destination and a rate',
      request: { DestinationArn: 'arn:other', MaxNumberOfMessagesPerSecond: 500 },
      move: { destinationArn: 'arn:other', messagesPerSecond: 500 },
    },
  ])('given $given, it is read', ({ request, move }) => {
    expect(messageMoveOf({ SourceArn, ...request })).toEqual({ sourceArn: SourceArn, ...move });
  });

  test.each([
    { given: 'no source', request: { SourceArn: undefined }, code: 'MissingRequiredParameterException' },
    { given: 'itself as destination', request: { DestinationArn: SourceArn }, code: 'InvalidParameterValueException' },
    { given: 'a rate of 501', request: { MaxNumberOfMessagesPerSecond: 501 }, code: 'InvalidParameterValueException' },
    { given: 'a rate of 0', request: { MaxNumberOfMessagesPerSecond: 0 }, code: 'InvalidParameterValueException' },
    {
      given: 'half a message a second',
      request: { MaxNumberOfMessagesPerSecond: 0.5 },
      code: 'InvalidParameterValueException',
    },
    {
      given: 'a rate that is no number',
      request: { MaxNumberOfMessagesPerSecond: 'fast' },
      code: 'InvalidParameterValueException',
    },
  ])('given $given, it is refused', ({ request, code }) => {
    expect(() => messageMoveOf({ SourceArn, ...request })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a list of tasks', () => {
  test.each([
    { MaxResults: undefined, limit: 1 },
    { MaxResults: 10, limit: 10 },
  ])('given MaxResults $MaxResults, it has $limit at most', ({ MaxResults, limit }) => {
    expect(taskListOf({ SourceArn, MaxResults })).toEqual({ sourceArn: SourceArn, limit });
  });

  test.each([0, 11, 1.5])('given MaxResults %p, it is refused', (MaxResults) => {
    expect(() => taskListOf({ SourceArn, MaxResults })).toThrow(/Must be between 1 and 10/);
  });
});

describe('a handle', () => {
  test('given one, it tells the queue that it is about', () => {
    expect(sourceArnOfHandle({ TaskHandle: taskHandle('id', SourceArn) })).toBe(SourceArn);
  });

  test.each([
    { TaskHandle: undefined },
    { TaskHandle: 'foobared' },
    { TaskHandle: Buffer.from('{}').toString('base64') },
    { TaskHandle: Buffer.from('null').toString('base64') },
  ])('given $TaskHandle, it is refused', (request) => {
    expect(() => sourceArnOfHandle(request)).toThrow('Value for parameter TaskHandle is invalid.');
  });
});
