import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BATCH_SIZE } from '../../../../operations/deployed/users-table.ts';
import { watchForUris } from '../../../../operations/users/register-users.ts';

/** Rows whose URIs come at given times of a clock that only a pause moves. */
function rows(recordedAt: Readonly<Record<string, number>>) {
  let now = 0;
  const pauses: number[] = [];
  const seen: string[] = [];
  const batches: number[] = [];
  let inFlight = 0;
  const sideBySide: number[] = [];
  const watch = {
    timeoutMs: 30_000,
    clock: {
      now: () => now,
      pause: async (ms: number) => {
        pauses.push(ms);
        now += ms;
      },
    },
    onUri: (userId: string, uri: string) => void seen.push(`${userId}=${uri}`),
    readUris: async (userIds: readonly string[]) => {
      batches.push(userIds.length);
      sideBySide.push(++inFlight);
      await setImmediate();
      inFlight -= 1;
      const done = userIds.filter((userId) => (recordedAt[userId] ?? Number.POSITIVE_INFINITY) <= now);
      return new Map(done.map((userId) => [userId, `s3://${userId}`]));
    },
  };
  return { watch, pauses, seen, batches, sideBySide, elapsed: () => now };
}

describe('waiting for URIs', () => {
  test('reports each URI once, as it comes, and ends with the last', async () => {
    const { watch, seen, elapsed } = rows({ a: 500, b: 0, c: 2000 });
    expect(await watchForUris(['a', 'b', 'c'], watch)).toEqual([]);
    expect(seen).toEqual(['b=s3://b', 'a=s3://a', 'c=s3://c']);
    expect(elapsed()).toBeLessThan(3100);
  });

  test('asks with growing pauses, up to a second, and soon again after a change', async () => {
    const { watch, pauses } = rows({ a: 10_000, b: 30_000 });
    await watchForUris(['a', 'b'], watch);
    const afterChange = pauses.lastIndexOf(pauses[0] as number);
    for (const run of [pauses.slice(0, afterChange), pauses.slice(afterChange)]) {
      expect(run[0]).toBeLessThan(50);
      expect(run).toEqual([...run].sort((one, other) => one - other));
      expect(run.at(-1)).toBe(1000);
    }
  });

  test('where one call reads all that are left, asks soon again after a change, however slowly they come', async () => {
    const left = Array.from({ length: BATCH_SIZE }, (_, index) => `left-${index}`);
    const { watch, pauses } = rows({ first: 5000, ...Object.fromEntries(left.map((userId) => [userId, 7000])) });
    expect(await watchForUris(['first', ...left], watch)).toEqual([]);
    expect(pauses.filter((ms) => ms === pauses[0])).toHaveLength(2);
  });

  test('looks once where it may not wait', async () => {
    const { watch, pauses, batches } = rows({ a: 0, b: 1 });
    expect(await watchForUris(['a'], { ...watch, timeoutMs: 0 })).toEqual([]);
    expect(await watchForUris(['b'], { ...watch, timeoutMs: 0 })).toEqual(['b']);
    expect(batches).toEqual([1, 1]);
    expect(pauses).toEqual([]);
  });

  test('asks for nothing where no user is waited for', async () => {
    const { watch, pauses, batches } = rows({});
    expect(await watchForUris([], watch)).toEqual([]);
    expect({ pauses, batches }).toEqual({ pauses: [], batches: [] });
  });

  test('gives up when nothing has come for the timeout, and names who is missing', async () => {
    const { watch, elapsed } = rows({ a: 20_000, b: 45_000 });
    expect(await watchForUris(['late', 'a', 'b', 'never'], watch)).toEqual(['late', 'never']);
    expect(elapsed()).toBeGreaterThanOrEqual(75_000);
    expect(elapsed()).toBeLessThan(78_000);
  });

  test('given that the last look finds one, continues for the others', async () => {
    const stuck = Array.from({ length: 10 * BATCH_SIZE }, (_, index) => `stuck-${index}`);
    const { watch, seen } = rows({ last: 0, later: 45_000 });
    expect(await watchForUris([...stuck, 'last', 'later'], watch)).toEqual(stuck);
    expect(seen).toEqual(['last=s3://last', 'later=s3://later']);
  });

  test('never asks for more than a batch, nor more than four at a time, and finds those behind many that are stuck', async () => {
    const stuck = Array.from({ length: 10 * BATCH_SIZE }, (_, index) => `stuck-${index}`);
    const { watch, seen, batches, sideBySide } = rows({ last: 0 });
    expect(await watchForUris([...stuck, 'last'], watch)).toEqual(stuck);
    expect(seen).toEqual(['last=s3://last']);
    expect(Math.max(...batches)).toBe(BATCH_SIZE);
    expect(Math.max(...sideBySide)).toBe(4);
  });

  test.each([500, 5000])('reads few rows too early where %i users a second get their URI', async (perSecond) => {
    const userIds = Array.from({ length: 3000 }, (_, index) => `user-${index}`);
    const lastAt = (1000 * userIds.length) / perSecond;
    const { watch, seen, batches, elapsed } = rows(
      Object.fromEntries(userIds.map((userId, index) => [userId, (1000 * (index + 1)) / perSecond])),
    );
    expect(await watchForUris(userIds, watch)).toEqual([]);
    expect(seen).toHaveLength(3000);
    const read = batches.reduce((sum, rowsRead) => sum + rowsRead, 0);
    expect(read).toBeLessThan(4.5 * userIds.length);
    expect(elapsed()).toBeLessThan(lastAt + 100);
  });
});
