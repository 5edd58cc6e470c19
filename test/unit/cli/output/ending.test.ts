import { expect, test } from '@jest/globals';
import { endingOf } from '../../../../cli/output/ending.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

test('a failure ends with exit code 1 and its message alone', () => {
  const cause = new Error('inner');
  expect(endingOf(new CommandFailure('port 1 is in use', { cause }))).toEqual({
    exitCode: 1,
    text: 'error: port 1 is in use',
  });
});

test('wrong usage ends with exit code 2 and its message alone', () => {
  expect(endingOf(new UsageError('a user id must not be empty'))).toEqual({
    exitCode: 2,
    text: 'error: a user id must not be empty',
  });
});

test('anything else is a bug: exit code 1, with the stack', () => {
  const bug = new TypeError('x is not a function');
  expect(endingOf(bug)).toEqual({ exitCode: 1, text: expect.stringContaining(bug.stack as string) });
  expect(endingOf('thrown text')).toEqual({ exitCode: 1, text: expect.stringContaining('thrown text') });
});
