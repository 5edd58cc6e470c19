import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { dlq, envelope, interruptedDlq, send } from './dead-letters.ts';

const NARROW = ['--subscriber', 'bucket-service'];

describe('dead letters that cannot be sent back', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    for (const user of users) await send(pipeline, pipeline.output('BucketServiceDlqUrl'), envelope(user));
    await send(pipeline, pipeline.output('PipeDlqUrl'), pipeLetter());
  });
  afterAll(() => pipeline.stop());

  const depth = async () => {
    const [listed] = jsonLines(await dlq(pipeline, 'list', ...NARROW, '--json'));
    return [listed?.messages, listed?.inFlight];
  };

  test('stay when a look at them is interrupted', async () => {
    const stopped = await interruptedDlq(pipeline, ['show', ...NARROW, '--limit', '12'], (kill) => {
      pipeline.engine.faults.inject('sqs:ReceiveMessage', { when: 'after', action: () => kill('SIGINT') });
    });
    expect(stopped).toEqual({ exitCode: 130, stdout: '', stderr: 'stopped: no message was changed\n' });
    expect(await depth()).toEqual([12, 0]);
  });

  // A redrive asks for ten messages and, meanwhile, for the other two; it may send several before the first is refused.
  test.each([
    ['sqs:GetQueueAttributes', 1],
    ['sqs:ReceiveMessage', 2],
    ['sqs:SendMessage', 12],
  ])('stay when %s is not allowed, which is told in one line', async (operation, times) => {
    pipeline.engine.faults.fail(operation, 'AccessDenied', { status: 403, message: 'not authorized', times });
    const { exitCode, stderr } = await dlq(pipeline, 'redrive', ...NARROW, '--yes', '--json');
    expect(stderr).toMatch(
      /^(bucket-service .*\n)?error: AccessDenied: not authorized; grant the permission to these credentials.*\n$/,
    );
    expect(exitCode).toBe(1);
    expect(await depth()).toEqual([12, 0]);
  });

  test('stay when the bus, or the queue that they are for, is gone', async () => {
    pipeline.engine.faults.fail('events:DescribeEventBus', 'ResourceNotFoundException', { message: 'no bus' });
    const withoutBus = await dlq(pipeline, 'redrive', '--pipe', '--yes');
    expect(withoutBus.stderr).toMatch(/\nerror: the event bus \S+ does not exist: recreate it with its name, .*\n$/);
    expect(withoutBus.exitCode).toBe(1);

    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl: pipeline.output('BucketServiceQueueUrl') }));
    const withoutQueue = await dlq(pipeline, 'redrive', ...NARROW, '--yes');
    expect(withoutQueue.stderr).toMatch(
      /\nerror: the queue \S+ does not exist: recreate it with its name, as in the template .*\n$/,
    );
    expect(withoutQueue.exitCode).toBe(1);
    expect(await depth()).toEqual([12, 0]);
    expect(jsonLines(await dlq(pipeline, 'list', '--pipe', '--json'))).toMatchObject([{ messages: 1, inFlight: 0 }]);
  });

  test('are named when their own queue is gone', async () => {
    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl: pipeline.output('BucketServiceDlqUrl') }));
    const { exitCode, stderr } = await dlq(pipeline, 'list');
    expect(stderr).toMatch(/^error: the queue \S+DeadLetters\S+ does not exist: recreate it .*\n$/);
    expect(exitCode).toBe(1);
  });
});

/** A pipe's dead letter for a stream that is not there. */
function pipeLetter(): string {
  return JSON.stringify({
    context: { condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: {
      streamArn: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/old/stream/2024-04-30T06:27:15.000',
      shardId: 'shardId-00000001714458435000-00000001',
      startSequenceNumber: '100000000000000000000001',
      endSequenceNumber: '100000000000000000000002',
      batchSize: 2,
    },
  });
}
