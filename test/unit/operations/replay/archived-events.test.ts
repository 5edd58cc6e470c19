import { describe, expect, test } from '@jest/globals';
import { countArchivedEvents } from '../../../../operations/replay/archived-events.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const WINDOW = { from: 1000, to: 5000 };

function line(timestamp: number, ...rules: string[]) {
  return { timestamp, message: JSON.stringify({ id: 'x', rules }) };
}

/** Logs that answer these pages. */
function logs(...pages: object[]) {
  return new FakeAws({
    FilterLogEvents: ({ nextToken }) => ({
      events: pages[Number(nextToken ?? 0)],
      ...(Number(nextToken ?? 0) + 1 < pages.length && { nextToken: String(Number(nextToken ?? 0) + 1) }),
    }),
  });
}

function count(aws: FakeAws, ...rules: string[]) {
  return countArchivedEvents(aws.client(), 'all', WINDOW, rules);
}

describe('archived events', () => {
  test('are counted for each rule, and once each in all, through all pages', async () => {
    const aws = logs([line(1000, 'a', 'other'), line(2000, 'a', 'b')], [], [line(3000, 'b'), line(4000, 'other')]);
    const counted = await count(aws, 'a', 'b', 'c');
    expect(Object.fromEntries(counted?.byRule ?? [])).toEqual({ a: 2, b: 2, c: 0 });
    expect(counted?.timeline.total).toBe(3);
    expect(counted?.timeline.countUpTo(2000)).toBe(2);
    expect(aws.inputs('FilterLogEvents')).toHaveLength(3);
  });

  test('are those of the window, whose end is no part of it', async () => {
    const aws = logs([]);
    await count(aws, 'a');
    expect(aws.inputs('FilterLogEvents')).toEqual([
      { logGroupName: '/local-engine/archive/all', startTime: 1000, endTime: 4999 },
    ]);
  });

  test.each(['ResourceNotFoundException', 'AccessDeniedException'])(
    'cannot be counted where there is no such log group: %s',
    async (name) => {
      const aws = new FakeAws({
        FilterLogEvents: () => {
          throw awsError(name);
        },
      });
      expect(await count(aws, 'a')).toBeUndefined();
    },
  );

  test('fail to be counted as the call fails', async () => {
    const aws = new FakeAws({
      FilterLogEvents: () => {
        throw awsError('ThrottlingException');
      },
    });
    await expect(count(aws, 'a')).rejects.toThrow('ThrottlingException');
  });
});
