import { describe, expect, test } from '@jest/globals';
import { functionName, functionNameProblem } from '../../../../cli/commands/new/function-name.ts';

test.each([
  ['audit', 'audit'],
  ['welcome-email', 'welcomeEmail'],
  ['send-a-v2-mail', 'sendAV2Mail'],
])('the function of %s is %s', (service, name) => {
  expect(functionName(service)).toBe(name);
  expect(functionNameProblem(service)).toBeUndefined();
});

describe('a name that the files could not use is refused, with the reason', () => {
  test.each([
    ['delete', 'delete is a word of the language; add one that says what it does, such as delete-files'],
    ['new', 'new is a word of the language'],
    ['default', 'default is a word of the language'],
    ['await', 'await is a word of the language'],
    ['enum', 'enum is a word of the language'],
    ['undefined', 'undefined is built into the language'],
    ['to-string', 'toString is built into the language'],
    ['is-na-n', 'isNaN is built into the language'],
    ['handler', "every subscriber's files use handler already"],
    ['subscription', "every subscriber's files use subscription already"],
    ['create-subscriber', "every subscriber's files use createSubscriber already"],
    ['event', "every subscriber's files use event already"],
    ['sample-event', "every subscriber's files use sampleEvent already"],
  ])('%s: %s', (service, reason) => {
    expect(functionNameProblem(service)).toContain(reason);
  });
});
