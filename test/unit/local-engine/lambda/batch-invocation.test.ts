import { describe, expect, test } from '@jest/globals';
import { failedItems } from '../../../../packages/local-engine/lambda/batch-invocation.ts';

describe('what a function’s answer says of its batch', () => {
  const batch = new Set(['m1', 'm2']);
  const item = (itemIdentifier: unknown) => ({ itemIdentifier });

  test.each<{ given: string; answer: unknown }>([
    { given: 'nothing', answer: undefined },
    { given: 'null', answer: null },
    { given: 'an empty object', answer: {} },
    { given: 'an empty list', answer: { batchItemFailures: [] } },
    { given: 'no list', answer: { batchItemFailures: null } },
    { given: 'a text', answer: 'done' },
    { given: 'a number', answer: 0 },
    { given: 'another object', answer: { statusCode: 500 } },
  ])('given $given, the whole batch succeeded', ({ answer }) => {
    expect(failedItems(answer, batch)).toEqual(new Set());
  });

  test.each<{ given: string; answer: unknown; failed: string[] }>([
    { given: 'one item', answer: { batchItemFailures: [item('m2')] }, failed: ['m2'] },
    { given: 'both items', answer: { batchItemFailures: [item('m1'), item('m2')] }, failed: ['m1', 'm2'] },
    { given: 'one item twice', answer: { batchItemFailures: [item('m1'), item('m1')] }, failed: ['m1'] },
  ])('given $given, that failed', ({ answer, failed }) => {
    expect(failedItems(answer, batch)).toEqual(new Set(failed));
  });

  test.each<{ given: string; failures: unknown }>([
    { given: 'an unknown id', failures: [item('m3')] },
    { given: 'an unknown id beside a known one', failures: [item('m1'), item('m3')] },
    { given: 'an empty id', failures: [item('')] },
    { given: 'an id of null', failures: [item(null)] },
    { given: 'an id that is a number', failures: [item(1)] },
    { given: 'a bad key', failures: [{ messageId: 'm1' }] },
    { given: 'an item of null', failures: [null] },
    { given: 'a bare id', failures: ['m1'] },
    { given: 'an object for a list', failures: { itemIdentifier: 'm1' } },
    { given: 'a text for a list', failures: 'm1' },
  ])('given $given, the whole batch failed', ({ failures }) => {
    expect(failedItems({ batchItemFailures: failures }, batch)).toEqual(batch);
  });
});
