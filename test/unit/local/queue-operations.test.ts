import { expect, test } from '@jest/globals';
import { queueOperations } from '../../../local/queue-operations.ts';
import { makeParts } from './support/parts.ts';
import { makeQueues, queueProps } from './support/queues.ts';

function given() {
  const asked: string[] = [];
  const others = async (operation: string) => {
    asked.push(operation);
    return {};
  };
  return { asked, operations: queueOperations(makeQueues(makeParts(), 'users'), others) };
}

test('given the name of a queue, its URL is the one under the engine’s account', async () => {
  const { operations } = given();
  expect(await operations.GetQueueUrl?.({ QueueName: 'users' })).toEqual({ QueueUrl: queueProps('users').url });
});

test('given the name of no queue, the answer is AWS’s', () => {
  const { operations } = given();
  expect(() => operations.GetQueueUrl?.({ QueueName: 'others' })).toThrow(
    expect.objectContaining({ code: 'QueueDoesNotExist', status: 400 }),
  );
});

test('given a queue policy by the API, it is refused, since the template alone sets them', async () => {
  const { asked, operations } = given();
  expect(() => operations.SetQueueAttributes?.({ Attributes: { Policy: '{}' } })).toThrow(/template/);
  await operations.SetQueueAttributes?.({ Attributes: { DelaySeconds: '1' } });
  expect(asked).toEqual(['SetQueueAttributes']);
});
