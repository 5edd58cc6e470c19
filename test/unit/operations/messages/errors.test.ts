import { expect, test } from '@jest/globals';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

test.each([CommandFailure, UsageError])('$name is an error with its own name, message and cause', (Kind) => {
  const cause = new Error('why');
  const error = new Kind('what happened', { cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.message, error.cause]).toEqual([Kind.name, 'what happened', cause]);
});
