import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderEvent } from '../../../../cli/commands/new/event-files.ts';
import { eventFileName, eventNameProblem, likelySource } from '../../../../cli/commands/new/event-name.ts';
import { parseEventSchema } from '../../../../schemas/generator/read-event-schemas.ts';

test.each([
  ['UserVerified', 'user-verified', 'user-service'],
  ['UserEmailVerified', 'user-email-verified', 'user-email-service'],
  ['Verified', 'verified', 'verified-service'],
  ['User2faEnabled', 'user2fa-enabled', 'user2fa-service'],
])('%s is %s in file names, and told by %s most likely', (name, file, source) => {
  expect(eventNameProblem(name)).toBeUndefined();
  expect(eventFileName(name)).toBe(file);
  expect(likelySource(name)).toBe(source);
});

describe('a name that is none is refused, with the convention and what would be one', () => {
  test.each([
    ['userVerified', 'would UserVerified do?'],
    ['user-verified', 'would UserVerified do?'],
    ['user_verified', 'would UserVerified do?'],
    ['user verified', 'would UserVerified do?'],
    ['URLShortened', 'would UrlShortened do?'],
    ['UserSMSSent', 'would UserSmsSent do?'],
    ['2FAEnabled', 'got "2FAEnabled"'],
    ['ÜserVerified', 'got "ÜserVerified"'],
    ['', 'got ""'],
  ])('%j: %s', (name, reason) => {
    expect(eventNameProblem(name)).toContain(
      'an event is named in PascalCase for what has happened, such as UserVerified; got ',
    );
    expect(eventNameProblem(name)).toContain(reason);
  });

  test.each([
    [
      'UserVerifiedV1',
      "an event's name holds no version, since every version has a schema of its own; got UserVerifiedV1; name it UserVerified",
    ],
    ['V2', "an event's name holds no version"],
    ['EventName', 'is a name that schemas/generated/event-contracts.ts uses itself'],
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
