import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { onStack } from '../../operations/deployed/stack.ts';
import { followRecentUsers, type RecentUsers } from '../../operations/find/index.ts';
import { Pipeline } from '../support/pipeline.ts';

const MOST_LISTED = 100;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

/** Entries of new rows as the table writes them. */
const writeRows = (prefix: string, rows: number) => {
  for (let row = 0; row < rows; row++) {
    const keys = { userId: { S: `${prefix}-${row}` } };
    const fields = { eventId: `${prefix}-${row}`, eventName: 'INSERT', keys, newImage: keys };
    pipeline.engine.journal.write('stream-record', fields);
  }
};

/** Reads the list, does what comes between two readings, and reads again. @returns the list of each reading */
async function follow(...between: readonly (() => unknown)[]): Promise<RecentUsers[]> {
  const end = new AbortController();
  const left = [...between];
  const pause = async () => {
    const next = left.shift();
    if (next === undefined) end.abort();
    await next?.();
  };
  const found: RecentUsers[] = [];
  await onStack({ port: Number(pipeline.port) }, async (on) => {
    const clock = { now: () => 0, pause };
    for await (const list of followRecentUsers(on, { signal: end.signal, clock })) found.push(list);
  });
  return found;
}

const idsOf = ({ users }: RecentUsers) => users.map(({ userId }) => userId);

test('given more users than are listed, before a reading and between two, the list has the latest ones', async () => {
  writeRows('old', 250);
  const [first, second, third] = await follow(
    () => writeRows('new', 250),
    () => writeRows('last', 1),
  );
  const latest = (prefix: string, rows: number) =>
    Array.from({ length: MOST_LISTED }, (_, index) => `${prefix}-${rows - 1 - index}`);
  expect(first && idsOf(first)).toEqual(latest('old', 250));
  expect(second && idsOf(second)).toEqual(latest('new', 250));
  expect(third && idsOf(third)).toEqual(['last-0', ...latest('new', 250)].slice(0, MOST_LISTED));
});

test('given so much news that no user is explained, one who waits is explained when it is calm', async () => {
  const calm = await Pipeline.startUndisturbed();
  const before = pipeline;
  pipeline = calm;
  calm.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets');
  const waits = async () => {
    await calm.register('waits');
    await calm.failures('BucketService', 1);
    for (let entry = 0; entry < 3000; entry++) calm.engine.journal.write('log', { line: 'x' });
  };
  const lists = await follow(waits, () => undefined);
  pipeline = before;
  await calm.stop();
  const texts = lists.map(({ users: [user] }) => user?.text);
  expect(texts.at(-2)).toBe('its row has no URI yet');
  expect(texts.at(-1)).toMatch(/its queue delivers it again/);
});
