import { describe, expect, test } from '@jest/globals';
import type { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { Fault, Faults } from '../../../../packages/local-engine/journal/faults.ts';
import { entriesOf, makeParts } from '../support/parts.ts';

const OPERATION = 's3:CreateBucket';

/** What `count` calls come to: `done`, or the code of the error. */
async function outcomes(faults: Faults, count: number, operation = OPERATION): Promise<string[]> {
  const results: string[] = [];
  for (let call = 0; call < count; call++) {
    results.push(await faults.around(operation, () => 'done').catch((error: AwsError) => error.code));
  }
  return results;
}

describe('which calls fail', () => {
  test.each<{ when: string; fault: Fault; results: string[] }>([
    { when: 'nothing more is said', fault: {}, results: ['SlowDown', 'done', 'done', 'done'] },
    { when: 'the second is named', fault: { nth: 2 }, results: ['done', 'SlowDown', 'done', 'done'] },
    { when: 'two are named', fault: { times: 2 }, results: ['SlowDown', 'SlowDown', 'done', 'done'] },
    { when: 'two from the second on', fault: { nth: 2, times: 2 }, results: ['done', 'SlowDown', 'SlowDown', 'done'] },
    { when: 'no end is named', fault: { times: Number.POSITIVE_INFINITY }, results: Array(4).fill('SlowDown') },
  ])('given a fault, when $when, the calls come to $results', async ({ fault, results }) => {
    const { faults } = makeParts();
    faults.fail(OPERATION, 'SlowDown', fault);
    expect(await outcomes(faults, 4)).toEqual(results);
  });

  test('given calls made before, the fault is counted from when it was armed', async () => {
    const { faults } = makeParts();
    await outcomes(faults, 3);
    faults.fail(OPERATION, 'SlowDown', { nth: 2 });
    expect(await outcomes(faults, 3)).toEqual(['done', 'SlowDown', 'done']);
  });

  test('given a fault at one operation, the others go on', async () => {
    const { faults } = makeParts();
    faults.fail(OPERATION, 'SlowDown', { times: 9 });
    expect(await outcomes(faults, 2, 's3:DeleteBucket')).toEqual(['done', 'done']);
  });

  test('given two faults at one operation, each strikes at its own call', async () => {
    const { faults } = makeParts();
    faults.fail(OPERATION, 'OperationAborted', { nth: 3 });
    faults.fail(OPERATION, 'SlowDown', { nth: 1 });
    expect(await outcomes(faults, 4)).toEqual(['SlowDown', 'done', 'OperationAborted', 'done']);
  });
});

describe('what the caller gets', () => {
  test('given a status and a message, the error carries them, and the journal says what was injected', async () => {
    const parts = makeParts();
    parts.faults.fail(OPERATION, 'SlowDown', { status: 503, message: 'Reduce your request rate.' });
    await expect(parts.faults.around(OPERATION, () => 'done')).rejects.toMatchObject({
      code: 'SlowDown',
      status: 503,
      message: 'Reduce your request rate.',
    });
    expect(entriesOf(parts, 'fault')).toMatchObject([{ operation: OPERATION, when: 'before', code: 'SlowDown' }]);
  });

  test.each([
    { when: 'before' as const, effects: 0 },
    { when: 'after' as const, effects: 1 },
  ])('given a fault $when the call, the call takes effect $effects times and its answer is lost', async (given) => {
    const { faults } = makeParts();
    let effects = 0;
    faults.fail(OPERATION, 'InternalError', { when: given.when, status: 500 });
    await expect(faults.around(OPERATION, () => ++effects)).rejects.toMatchObject({ code: 'InternalError' });
    expect(effects).toBe(given.effects);
  });

  test.each([
    { when: 'before' as const, order: ['action ends', 'call'] },
    { when: 'after' as const, order: ['call', 'action ends'] },
  ])('given an action $when the call, it is awaited and the call keeps its answer', async ({ when, order }) => {
    const { faults } = makeParts();
    const happened: string[] = [];
    const action = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      happened.push('action ends');
    };
    faults.inject(OPERATION, { when, action });
    await expect(faults.around(OPERATION, () => happened.push('call') && 'done')).resolves.toBe('done');
    expect(happened).toEqual(order);
  });

  test('given a delay, the call waits that long', async () => {
    const { faults } = makeParts();
    faults.delay(OPERATION, 30);
    const started = performance.now();
    await faults.around(OPERATION, () => 'done');
    expect(performance.now() - started).toBeGreaterThan(28);
  });
});

describe('duplicates', () => {
  test('given a duplicate of the second record, it is delivered twice, the others once', () => {
    const { faults } = makeParts();
    faults.duplicate('stream-record', 2);
    expect([1, 2, 3].map(() => faults.copies('stream-record'))).toEqual([1, 2, 1]);
    expect(faults.copies('queue-message')).toBe(1);
  });
});

describe('what cannot wait', () => {
  const PART = 'events:PutEventsEntry';

  test('given a fault, the part that it names gets its error, with the moment, and the journal says so', () => {
    const parts = makeParts();
    parts.faults.fail(PART, 'InternalFailure', { nth: 2, when: 'after', status: 500 });
    expect(parts.faults.strikeAtOnce(PART)).toBeUndefined();
    expect(parts.faults.strikeAtOnce(PART)).toMatchObject({
      when: 'after',
      error: { code: 'InternalFailure', status: 500 },
    });
    expect(parts.faults.strikeAtOnce(PART)).toBeUndefined();
    expect(entriesOf(parts, 'fault')).toMatchObject([{ operation: PART, when: 'after', code: 'InternalFailure' }]);
  });

  test.each<[string, Fault]>([
    ['no error', {}],
    ['an error', { error: { code: 'InternalFailure' } }],
  ])('given a fault with an action and %s, it is not meant: the next call that can wait is', async (_, fault) => {
    const { faults } = makeParts();
    const acted: string[] = [];
    faults.inject('sqs:ReceiveMessage', { ...fault, action: () => void acted.push('now') });
    expect(faults.strikeAtOnce('sqs:ReceiveMessage')).toBeUndefined();
    expect(acted).toEqual([]);
    expect(await outcomes(faults, 1, 'sqs:ReceiveMessage')).toEqual([fault.error?.code ?? 'done']);
    expect(acted).toEqual(['now']);
  });

  test('given a fault of any call, it is not meant', async () => {
    const { faults } = makeParts();
    faults.fail('*', 'SlowDown');
    expect(faults.strikeAtOnce(PART)).toBeUndefined();
    expect(await outcomes(faults, 1)).toEqual(['SlowDown']);
  });
});
