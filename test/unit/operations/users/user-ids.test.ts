import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { checkUserIds, generateUserIds, newRunId } from '../../../../operations/users/user-ids.ts';

describe('user ids to register', () => {
  test('are taken as they are, each once, in their order', () => {
    expect(checkUserIds(['b', 'a"\\', ' ', 'b', '김민지'])).toEqual(['b', 'a"\\', ' ', '김민지']);
  });

  test.each([
    ['2048 letters', 'x'.repeat(2048)],
    ['2046 bytes in 682 characters', '김'.repeat(682)],
  ])('may have up to 2048 bytes: %s', (_, userId) => {
    expect(checkUserIds([userId])).toEqual([userId]);
  });

  test.each([
    ['is empty', '', 'a user id must not be empty'],
    ['has 2049 bytes', 'x'.repeat(2049), /at most 2048 bytes in UTF-8; the one that begins with "x{20}" has 2049$/],
    ['has 2049 bytes in 683 characters', '김'.repeat(683), /has 2049$/],
  ])('are refused as wrong usage if one %s', (_, userId, message) => {
    expect(() => checkUserIds(['fine', userId])).toThrow(UsageError);
    expect(() => checkUserIds(['fine', userId])).toThrow(message);
  });
});

describe('made-up user ids', () => {
  test('are as many as asked for, numbered in equal width', () => {
    expect(generateUserIds(10, 'run')).toEqual([
      ...Array.from({ length: 9 }, (_, index) => `user-run-0${index + 1}`),
      'user-run-10',
    ]);
    expect(generateUserIds(0, 'run')).toEqual([]);
  });

  test('differ from those of any other run, also of one in the same millisecond', () => {
    expect(newRunId(1_700_000_000_000, 0.25)).not.toBe(newRunId(1_700_000_000_001, 0.25));
    expect(newRunId(1_700_000_000_000, 0.25)).not.toBe(newRunId(1_700_000_000_000, 0.75));
  });
});
