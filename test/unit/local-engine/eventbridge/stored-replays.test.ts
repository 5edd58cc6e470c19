import { describe, expect, jest, test } from '@jest/globals';
import type { Replay } from '../../../../packages/local-engine/eventbridge/replay.ts';
import { archiveNameOf, isActive, startOfMinute } from '../../../../packages/local-engine/eventbridge/replay.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ARCHIVE, BEGIN, BUS_ARN, makeReplays } from '../support/event-bridge.ts';

const NOW = (BEGIN + 24 * 3600) * 1000;
const ENDED: Replay = {
  ...{ name: 'old', arn: 'arn:aws:events:x:1:replay/old', archiveArn: ARCHIVE.arn, busArn: BUS_ARN },
  ...{ from: 1, to: 2, startedAt: NOW, endedAt: NOW, upTo: 3, events: 5, matched: 4, state: 'COMPLETED' },
};

function storageWith(...replays: readonly object[]): Storage {
  const storage = new Storage();
  // The first engine makes the table.
  makeReplays({ storage });
  for (const replay of replays) {
    const { name } = replay as { readonly name?: unknown };
    storage.run('INSERT INTO replays (name, replay) VALUES (?, ?)', String(name), JSON.stringify(replay));
  }
  return storage;
}

describe('replays that an earlier engine has stored', () => {
  test('are as they were', () => {
    const { events } = makeReplays({ storage: storageWith(ENDED, { ...ENDED, name: 'older' }) });
    expect(events.replays.all()).toEqual([ENDED, { ...ENDED, name: 'older' }]);
    expect(events.replays.get('older')).toEqual({ ...ENDED, name: 'older' });
  });

  test('of a version that did not count what rules matched, have matched none', () => {
    const { matched: _, ...old } = ENDED;
    expect(makeReplays({ storage: storageWith(old) }).events.replays.get('old').matched).toBe(0);
  });

  test.each(['name', 'arn', 'archiveArn', 'busArn', 'from', 'to', 'startedAt', 'upTo'] as const)(
    'without a proper %s are refused',
    (field) => {
      for (const value of [undefined, null, {}]) {
        const storage = storageWith({ ...ENDED, [field]: value });
        const remedy = 'to start without it, delete its row from the table replays in engine.db';
        const said = new RegExp(`^the replay .+ has no proper ${field}: \\{.*; ${remedy}$`);
        expect(() => makeReplays({ storage })).toThrow(said);
      }
    },
  );

  test('are quoted only in part, if they are long', () => {
    const storage = storageWith({ description: 'x'.repeat(1000) });
    expect(() => makeReplays({ storage })).toThrow(/ has no proper name: \{"description":"x{184}…; /);
  });

  test('keep their names for 90 days after their end, and are forgotten then, also in the storage', () => {
    // Not a millisecond passes by itself.
    const machine = jest.spyOn(Date, 'now').mockReturnValue(NOW);
    try {
      const storage = storageWith(ENDED);
      const { events, clock } = makeReplays({ storage });
      const days = (count: number) => count * 24 * 3600 * 1000;
      clock.skip(NOW + days(90) - clock.now());
      expect(events.replays.all().map(({ name }) => name)).toEqual(['old']);
      clock.skip(1);
      expect(events.replays.all()).toEqual([]);
      expect(() => events.replays.get('old')).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
      expect(storage.db.prepare('SELECT name FROM replays').all()).toEqual([]);
    } finally {
      machine.mockRestore();
    }
  });

  test('that are active are kept, however old they are, and their work is continued', async () => {
    const { endedAt: _, ...rest } = ENDED;
    const storage = storageWith({ ...rest, state: 'RUNNING', startedAt: 1 });
    const { events, reached } = makeReplays({ storage });
    expect(events.replays.all().map(({ state }) => state)).toEqual(['RUNNING']);
    events.replays.resume();
    await reached('COMPLETED', 'old');
    expect(events.replays.get('old')).toMatchObject({ state: 'COMPLETED', events: 5, matched: 4 });
    expect(() => events.replays.cancel('old')).toThrow(expect.objectContaining({ code: 'IllegalStatusException' }));
  });
});

test.each([
  ['STARTING', true],
  ['RUNNING', true],
  ['CANCELLING', true],
  ['COMPLETED', false],
  ['CANCELLED', false],
  ['FAILED', false],
] as const)('a replay that is %s is active: %s', (state, expected) => {
  expect(isActive({ ...ENDED, state })).toBe(expected);
});

test('names and minutes', () => {
  expect(archiveNameOf({ ...ENDED, archiveArn: 'arn:aws:events:x:1:archive/all' })).toBe('all');
  expect([0, 59_999, 60_000, 119_999, -1].map(startOfMinute)).toEqual([0, 0, 60_000, 60_000, -60_000]);
});
