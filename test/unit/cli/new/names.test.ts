import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderEvent } from '../../../../cli/commands/new/event-files.ts';
import {
  eventFileName,
  eventNameProblem,
  functionName,
  functionNameProblem,
  likelySource,
} from '../../../../cli/commands/new/names.ts';
import { parseEventSchema } from '../../../../schemas/generator/read-event-schemas.ts';

test.each([
  ['UserVerified', 'user-verified', 'user-service'],
  ['UserEmailVerified', 'user-email-verified', 'user-email-service'],
  ['Verified', 'verified', 'verified-service'],
  ['User2faEnabled', 'user2fa-enabled', 'user2fa-service'],
])('%s is %s in file names, and its likely source is %s', (name, file, source) => {
  expect(eventNameProblem(name)).toBeUndefined();
  expect(eventFileName(name)).toBe(file);
  expect(likelySource(name)).toBe(source);
});

describe('an invalid name is refused, with the convention and a valid name', () => {
  test.each([
    ['userVerified', 'did you mean UserVerified?'],
    ['user-verified', 'did you mean UserVerified?'],
    ['user_verified', 'did you mean UserVerified?'],
    ['user verified', 'did you mean UserVerified?'],
    ['URLShortened', 'did you mean UrlShortened?'],
    ['UserSMSSent', 'did you mean UserSmsSent?'],
    ['2FAEnabled', 'got "2FAEnabled"'],
    ['ÜserVerified', 'got "ÜserVerified"'],
    ['', 'got ""'],
  ])('%j: %s', (name, reason) => {
    expect(eventNameProblem(name)).toContain(
      'name an event in PascalCase after what happened, such as UserVerified; got ',
    );
    expect(eventNameProblem(name)).toContain(reason);
  });

  test.each([
    [
      'UserVerifiedV1',
      'the name of an event has no version, because every version has its own schema; got UserVerifiedV1; use UserVerified',
    ],
    ['V2', 'the name of an event has no version'],
    ['EventName', 'is used in schemas/generated/event-contracts.ts'],
    [`U${'s'.repeat(80)}`, 'at most 80 characters, so that it fits into a line; got 81'],
  ])('%s: %s', (name, reason) => {
    expect(eventNameProblem(name)).toContain(reason);
  });
});

test('every name without a problem is read out of its schema again by the generator', () => {
  const names = fc.stringMatching(/^([A-Z][a-z0-9]{1,8}){1,5}$/).filter((name) => eventNameProblem(name) === undefined);
  fc.assert(
    fc.property(names, (name) => {
      const { schema } = renderEvent({ name, source: likelySource(name) });
      const read = parseEventSchema(schema.path.replace('schemas/', ''), schema.text);
      expect(read).toMatchObject({ detailType: name, source: likelySource(name), version: 1 });
    }),
  );
});

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
    ['delete', 'delete is a reserved word of JavaScript; add a word, such as delete-files'],
    ['new', 'new is a reserved word of JavaScript'],
    ['default', 'default is a reserved word of JavaScript'],
    ['await', 'await is a reserved word of JavaScript'],
    ['enum', 'enum is a reserved word of JavaScript'],
    ['undefined', 'undefined is built into JavaScript'],
    ['to-string', 'toString is built into JavaScript'],
    ['is-na-n', 'isNaN is built into JavaScript'],
    ['handler', 'the files of every subscriber use handler'],
    ['subscription', 'the files of every subscriber use subscription'],
    ['create-subscriber', 'the files of every subscriber use createSubscriber'],
    ['event', 'the files of every subscriber use event'],
    ['sample-event', 'the files of every subscriber use sampleEvent'],
  ])('%s: %s', (service, reason) => {
    expect(functionNameProblem(service)).toContain(reason);
  });
});
