import { expect, test } from '@jest/globals';
import type { PutOutcome } from '../../../../operations/deployed/users-table.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { registerUsers } from '../../../../operations/users/registrations.ts';

/** A table in which `taken` has a row already, `broken` cannot be put, and `stuck` never gets a URI. */
const table = {
  register: async (userId: string): Promise<PutOutcome> => {
    if (userId === 'broken') throw new Error('throttled');
    return userId === 'taken' ? { status: 'exists', uri: 's3://old' } : { status: 'registered' };
  },
  readUris: async (userIds: readonly string[]) =>
    new Map(userIds.filter((userId) => userId !== 'stuck').map((userId) => [userId, `s3://${userId}`])),
};

function effects(waits: boolean) {
  let now = 0;
  const calls: string[] = [];
  return {
    calls,
    waits,
    timeoutMs: 30_000,
    now: () => now,
    pause: async (ms: number) => {
      now += ms;
    },
    explain: (error: unknown) => new CommandFailure(`explained: ${(error as Error).message}`),
    onRow: () => void calls.push('row'),
    onWait: () => void calls.push('wait'),
    onReport: ({ userId }: { userId: string }) => void calls.push(userId),
  };
}

test('a user who exists, or who cannot be registered, keeps no other one from it', async () => {
  const reports = await registerUsers(['taken', 'broken', 'new'], table, effects(false));
  expect(reports).toHaveLength(3);
  expect(reports).toEqual(
    expect.arrayContaining([
      { userId: 'taken', status: 'exists', uri: 's3://old' },
      { userId: 'broken', status: 'failed', problem: 'explained: throttled' },
      { userId: 'new', status: 'registered' },
    ]),
  );
});

test('with waiting, those that are registered are reported with their URI, or that it did not come', async () => {
  const given = effects(true);
  const reports = await registerUsers(['new', 'stuck', 'taken'], table, given);
  expect(reports).toEqual([
    { userId: 'taken', status: 'exists', uri: 's3://old' },
    { userId: 'new', status: 'registered', uri: 's3://new' },
    { userId: 'stuck', status: 'registered', problem: 'no URI within 30 s' },
  ]);
  expect(given.calls.filter((call) => call === 'row')).toHaveLength(3);
  expect(given.calls.slice(-3)).toEqual(['wait', 'new', 'stuck']);
});

test('where nobody was registered, nobody is waited for', async () => {
  const given = effects(true);
  await registerUsers(['taken'], table, given);
  expect(given.calls).not.toContain('wait');
});

test('an error that nobody expected is not taken for a failed user', async () => {
  const bug = new TypeError('bug');
  const broken = { ...table, register: () => Promise.reject(bug) };
  const given = { ...effects(false), explain: (error: unknown) => error };
  await expect(registerUsers(['a'], broken, given)).rejects.toBe(bug);
});
