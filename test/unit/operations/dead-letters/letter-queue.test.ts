import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { SqsLetterQueue } from '../../../../operations/dead-letters/letter-queue.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';

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
  return { calls, queue: new SqsLetterQueue(sqs, 'https://sqs.eu-west-1.amazonaws.com/123456789012/dlq') };
}

describe('a queue of dead letters', () => {
  test('counts delayed messages among those that wait', async () => {
    const Attributes = {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '2',
      ApproximateNumberOfMessagesDelayed: '1',
    };
    const { queue } = queueThatAnswers(async () => ({ Attributes }));
    expect(await queue.depth()).toEqual({ visible: 4, inFlight: 2 });
  });

  test('that is gone is a failure with what to do', async () => {
    const { queue } = queueThatAnswers(() => Promise.reject(new QueueDoesNotExist({ $metadata: {}, message: 'no' })));
    await expect(queue.depth()).rejects.toThrow(CommandFailure);
    await expect(queue.depth()).rejects.toThrow(
      'the queue dlq does not exist: recreate it with its name, as in the template',
    );
  });

  test('that may not be looked at is told as it is', async () => {
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
