import { expect, test } from '@jest/globals';
import { SAMPLE_USERS } from '../../../../operations/users/sample-users.ts';
import { checkUserIds } from '../../../../operations/users/user-ids.ts';

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
