import { describe, expect, test } from '@jest/globals';
import { DeadLettersOfRun } from '../../e2e/dead-letters-of-run.ts';
import type { PipelineUnderTest } from '../../e2e/pipeline-under-test.ts';
import { FakeAws } from '../operations/aws/fake-aws.ts';

const OF_RUN = { ReceiptHandle: 'ours', Body: '{"detail":{"metadata":{"eventId":"e1"},"data":{"userId":"e2e-r1-a"}}}' };
const OF_OTHERS = { ReceiptHandle: 'theirs', Body: '{"detail":{"data":{"userId":"somebody"}}}' };

function makeQueue(deleting: () => unknown) {
  const receives = [{ Messages: [OF_OTHERS, OF_RUN] }, {}];
  const aws = new FakeAws({
    ReceiveMessage: () => receives.shift(),
    DeleteMessage: deleting,
    ChangeMessageVisibilityBatch: () => ({}),
  });
  const pipeline = { on: aws, userId: (name: string) => `e2e-r1-${name}` } as unknown as PipelineUnderTest;
  const shownAgain = () =>
    aws.inputs('ChangeMessageVisibilityBatch').flatMap(({ Entries }) => Entries as readonly object[]);
  return { aws, deadLetters: new DeadLettersOfRun(pipeline), shownAgain };
}

const THEIRS = [expect.objectContaining({ ReceiptHandle: 'theirs', VisibilityTimeout: 0 })];

describe('taking the dead deadLetters of a run', () => {
  test('given those of others too, only its own are removed, and the others are shown again', async () => {
    const { aws, deadLetters, shownAgain } = makeQueue(() => ({}));
    expect(await deadLetters.take('queue')).toEqual([JSON.parse(OF_RUN.Body)]);
    expect(aws.inputs('DeleteMessage')).toMatchObject([{ ReceiptHandle: 'ours' }]);
    expect(shownAgain()).toEqual(THEIRS);
  });

  test('given one that cannot be removed, those of others are shown again all the same', async () => {
    const { deadLetters, shownAgain } = makeQueue(() => {
      throw new Error('refused');
    });
    await expect(deadLetters.take('queue')).rejects.toThrow('refused');
    expect(shownAgain()).toEqual(THEIRS);
  });
});
