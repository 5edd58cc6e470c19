import { describe, expect, test } from '@jest/globals';
import {
  type DeadLetterChoice,
  type ExplainedQueue,
  explainMessages,
} from '../../../../operations/dead-letters/explain.ts';
import { planRedrive } from '../../../../operations/dead-letters/redrive.ts';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { denied, deployed } from './deployed-queues.ts';
import { eventBody, messages, pipeBody } from './fake-queue.ts';

const { signal } = new AbortController();

async function explained(on: OnStack, choice: DeadLetterChoice, limit?: number) {
  const found: Record<string, string[]> = {};
  const onQueue = ({ name, messages: chosen }: ExplainedQueue) => {
    found[name] = chosen
      .map(({ deadLetter, logged }) => `${deadLetter.messageId} ${logged?.problem ?? ''}`.trim())
      .sort();
  };
  await explainMessages(on, choice, { limit, looked: 1000, signal, onQueue });
  return found;
}

const TWENTY = messages(20, (id) => eventBody(id));

describe('dead letters that are explained', () => {
  test('are chosen by what was logged, in one search, when all are visible to others again', async () => {
    const { aws, held, on } = deployed(
      { 'BucketService-dlq': TWENTY },
      { m03: 'AccessDenied', m17: 'AccessDenied', m18: 'other' },
    );
    expect(await explained(on, { error: 'accessdenied' })).toEqual({
      pipe: [],
      'bucket-service': ['m03 AccessDenied', 'm17 AccessDenied'],
      'uri-recorder': [],
    });
    expect(aws.inputs('FilterLogEvents')).toHaveLength(1);
    expect(held.size).toBe(0);
  });

  test('up to a limit in all queues together, which counts those that are chosen', async () => {
    const { on } = deployed({
      'BucketService-dlq': { ...messages(3, () => 'hello'), e1: eventBody('e1'), e2: eventBody('e2') },
      'UriRecorder-dlq': { e3: eventBody('e3'), e4: eventBody('e4') },
    });
    const found = await explained(on, { type: 'UserRegistered' }, 3);
    expect(found['bucket-service']).toEqual(['e1', 'e2']);
    expect(found['uri-recorder']).toHaveLength(1);
  });

  test('are read whole for a plan of a choice, without a look into the logs if it needs none', async () => {
    const { aws, on } = deployed({ 'BucketService-dlq': TWENTY });
    const { queues } = await planRedrive(on, { user: 'user-m13' }, { signal });
    expect(queues.map(({ name, most, looked, summary }) => [name, most, looked, summary.users])).toEqual([
      ['pipe', 0, 0, []],
      ['bucket-service', 1, 20, ['user-m13']],
      ['uri-recorder', 0, 0, []],
    ]);
    expect(aws.inputs('FilterLogEvents')).toEqual([]);
  });

  test('are all found where the limit is reached, or each id is there', async () => {
    const { on } = deployed({ 'BucketService-dlq': TWENTY });
    const isFound = async (choice: DeadLetterChoice, limit?: number) => {
      const { queues } = await planRedrive(on, choice, { limit, signal });
      return queues.every((queue) => queue.isFound);
    };
    expect(await isFound({ type: 'UserRegistered' })).toBe(false);
    expect(await isFound({ type: 'UserRegistered' }, 3)).toBe(true);
    expect(await isFound({ type: 'UserRegistered' }, 21)).toBe(false);
    expect(await isFound({ messageId: ['m01', 'm02', 'm01'] })).toBe(true);
    expect(await isFound({ messageId: ['m01', 'gone'] })).toBe(false);
  });

  test('have the reason and the records without being asked for them, and nothing that is not known', async () => {
    const { on } = deployed(
      {
        'pipe-dlq': { p1: pipeBody('11'), p2: 'hello' },
        'BucketService-dlq': { e1: eventBody('e1'), e2: eventBody('e2') },
      },
      { e1: 'AccessDenied' },
    );
    const found: Record<string, string[][]> = {};
    const onQueue = ({ name, messages: all }: ExplainedQueue) => {
      found[name] = all.map((explained) => Object.keys(explained).sort());
    };
    const unread = await explainMessages(on, {}, { looked: 1000, signal, onQueue });
    expect(found).toEqual({
      pipe: [['deadLetter', 'records'], ['deadLetter']],
      'bucket-service': [['deadLetter', 'logged'], ['deadLetter']],
      'uri-recorder': [],
    });
    expect(unread).toEqual({ unreadRecords: [], unreadLogs: [] });
  });

  test('are not looked up further than is wanted', async () => {
    const { aws, on } = deployed({ 'pipe-dlq': { p1: pipeBody('11') }, 'BucketService-dlq': TWENTY });
    const wanted = { reason: false, records: false };
    await explainMessages(on, {}, { looked: 1000, wanted, signal, onQueue: () => {} });
    expect([aws.inputs('FilterLogEvents'), aws.inputs('GetRecords')]).toEqual([[], []]);
    await explainMessages(on, { type: 'UserRegistered' }, { looked: 1000, wanted, signal, onQueue: () => {} });
    expect([aws.inputs('FilterLogEvents'), aws.inputs('GetRecords')]).toEqual([[], []]);
  });

  test('are looked up only where they may be chosen by what they say themselves', async () => {
    const { aws, on } = deployed({ 'BucketService-dlq': TWENTY }, { m03: 'AccessDenied' });
    expect((await explained(on, { messageId: ['m03', 'm04'], error: 'denied' }))['bucket-service']).toEqual([
      'm03 AccessDenied',
    ]);
    expect(aws.inputs('FilterLogEvents').map(({ filterPattern }) => /"(m\d+)"/.exec(filterPattern)?.[1])).toEqual([
      'm03',
      'm04',
    ]);
  });

  test('of the pipe are looked up in the stream, the first fifty, or all where a user is wanted', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => String(1000 + index));
    const bodies = Object.fromEntries(numbers.map((number) => [`p${number}`, pipeBody(number)]));
    const { aws, on } = deployed({ 'pipe-dlq': { f1: 'hello', f2: 'hello', ...bodies } });
    await explained(on, {});
    expect(aws.inputs('GetRecords')).toHaveLength(50);
    expect((await explained(on, { user: 'user-1057' })).pipe).toEqual(['p1057']);
    expect(aws.inputs('GetRecords')).toHaveLength(110);
  });

  test('say why records and logs could not be read', async () => {
    const { aws, on } = deployed({ 'pipe-dlq': { p1: pipeBody('11') }, 'BucketService-dlq': { e1: eventBody('e1') } });
    aws.answer('DescribeStream', denied('no stream'));
    aws.answer('FilterLogEvents', denied('no logs'));
    expect(await explainMessages(on, {}, { looked: 1000, signal, onQueue: () => {} })).toEqual({
      unreadRecords: ['no stream'],
      unreadLogs: ['AccessDeniedException: no logs'],
    });
  });

  test('are read up to so many of each queue, and no further once the limit is reached', async () => {
    const { aws, on } = deployed({ 'BucketService-dlq': TWENTY, 'UriRecorder-dlq': TWENTY });
    const found: (readonly [string, number, number])[] = [];
    const onQueue = ({ name, looked, messages: all }: ExplainedQueue) => void found.push([name, looked, all.length]);
    await explainMessages(on, { type: 'UserRegistered' }, { limit: 3, looked: 7, signal, onQueue });
    expect(found).toEqual([
      ['pipe', 0, 0],
      ['bucket-service', 7, 3],
      ['uri-recorder', 0, 0],
    ]);
    expect(aws.inputs('ReceiveMessage').map(({ QueueUrl }) => QueueUrl)).not.toContain('https://sqs/UriRecorder-dlq');
  });

  test.each([
    ['ReceiveMessage', { 'BucketService-dlq': TWENTY }, []],
    ['ChangeMessageVisibilityBatch', { 'BucketService-dlq': TWENTY }, []],
    ['FilterLogEvents', { 'BucketService-dlq': TWENTY }, ['FilterLogEvents']],
    ['GetRecords', { 'pipe-dlq': { p1: pipeBody('11'), p2: pipeBody('12') } }, ['GetRecords']],
  ])('stopped at a call of %s, are not told of, and looked up no further', async (last, queues, lookups) => {
    const { aws, on, held } = deployed(queues);
    const stop = new AbortController();
    const told: string[] = [];
    const onQueue = ({ name, messages: all }: ExplainedQueue) => {
      if (all.length > 0) told.push(name);
    };
    const options = { looked: 1000, signal: stop.signal, onQueue };
    const send = aws.answerOf(last);
    aws.answer(last, (input) => {
      stop.abort();
      return send?.(input);
    });
    await explainMessages(on, {}, options);
    expect(told).toEqual([]);
    expect(held.size).toBe(0);
    expect(aws.calls.flatMap(([name]) => (/^(FilterLog|GetRec)/.test(name) ? [name] : []))).toEqual(lookups);
  });

  test('that are huge are not all kept in memory: of some only the beginning', async () => {
    const huge = 'x'.repeat(2 ** 26);
    const { on } = deployed({ 'BucketService-dlq': { a: huge, b: huge, c: huge, d: 'small' } });
    const lengths: number[] = [];
    const onQueue = ({ messages: all }: ExplainedQueue) => {
      lengths.push(...all.map(({ deadLetter }) => deadLetter.body.length));
    };
    await explainMessages(on, {}, { looked: 1000, signal, onQueue });
    expect(lengths).toEqual([2 ** 26, 2 ** 26, 1000, 5]);
  });

  test('that are huge and not chosen take no room from those that are', async () => {
    const huge = 'x'.repeat(2 ** 26);
    const { on } = deployed({ 'BucketService-dlq': { a: huge, b: huge, c: 'y'.repeat(1001) } });
    const bucketService: ExplainedQueue[] = [];
    const onQueue = (queue: ExplainedQueue) => void (queue.name === 'bucket-service' && bucketService.push(queue));
    await explainMessages(on, { messageId: ['c'] }, { looked: 1000, signal, onQueue });
    expect(bucketService).toMatchObject([{ looked: 3, messages: [{ deadLetter: { body: 'y'.repeat(1001) } }] }]);
  });
});
