import { describe, expect, test } from '@jest/globals';
import { checkReplayName, newName } from '../../../../operations/deployed/replay-name.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';

const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);

describe('a made-up name', () => {
  test('tells its time, and is a name that EventBridge takes', () => {
    const name = newName('pipeline-', NOW, 0.5);
    expect(name).toMatch(/^pipeline-20261122T090000Z-[0-9a-z]{5}$/);
    expect(checkReplayName(name)).toBe(name);
  });

  test.each([0, 0.000001, 0.999999999])('has the same length whatever the chance: %d', (random) => {
    expect(newName('pipeline-events-', NOW, random)).toHaveLength('pipeline-events-20261122T090000Z-abcde'.length);
  });

  test('sorts by time, and differs within a second', () => {
    expect(newName('p-', NOW, 0.9) < newName('p-', NOW + 1000, 0.1)).toBe(true);
    expect(newName('p-', NOW, 0.1)).not.toBe(newName('p-', NOW, 0.2));
  });
});

test.each(['a', 'A.b-c_9', 'x'.repeat(64)])('%s may be a name', (name) => {
  expect(checkReplayName(name)).toBe(name);
});

test.each(['', 'x'.repeat(65), 'a b', 'a/b', 'é', 'a\n'])('%j may not be a name', (name) => {
  expect(() => checkReplayName(name)).toThrow(UsageError);
  expect(() => checkReplayName(name)).toThrow(/^a replay's name has 1 to 64 letters, .*; got /);
});
