import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../operations/messages/errors.ts';
import { checkUserIds, generateUserIds, newRunId, SAMPLE_USERS } from '../../../../operations/users/register-users.ts';

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

test('the sample users are ten different legal user ids', () => {
  expect(SAMPLE_USERS).toHaveLength(10);
  expect(checkUserIds(SAMPLE_USERS)).toEqual(SAMPLE_USERS);
});

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

test.each([
  ['an id of the setup before', /^test4$/],
  ['another one', /^test5$/],
  ['a UUID', new RegExp(`^${UUID}$`)],
  ['an e-mail address', /^[^@]+@example\.com$/],
  ['a Cognito identity', new RegExp(`^[a-z]+-[a-z]+-\\d:${UUID}$`)],
  ['a Korean name', /^\p{Script=Hangul}+$/u],
  ['upper case with underscores', /^[A-Z0-9]+(_[A-Z0-9]+)+$/],
  ['one with a double quote and a backslash', /(?=.*").*\\/],
  ['one with dots', /^[a-z]+(\.[a-z]+)+$/],
  ['one of 300 characters', /^.{300}$/],
])('the sample users have the shape of real ones: %s', (_, shape) => {
  expect(SAMPLE_USERS.filter((userId) => shape.test(userId))).toHaveLength(1);
});
