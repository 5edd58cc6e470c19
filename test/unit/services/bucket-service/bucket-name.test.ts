import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bucketName,
  bucketNamePattern,
  bucketNamePrefixField,
  bucketNamePrefixProblem,
  bucketOfUri,
  readBucketName,
} from '../../../../services/bucket-service/bucket-name.ts';
import { PermanentError } from '../../../../services/shared/errors.ts';
import { isLegalBucketName } from '../../../support/legal-bucket-name.ts';
import { REGISTERED_AT } from '../registrations.ts';
import { settings } from './settings.ts';

const GLOBAL = settings({ namespace: 'global' });
const VIRGINIA = settings({ region: 'us-east-1' });

describe("a user's bucket name", () => {
  it.each([
    ['a legal id, as it is', 'test4', GLOBAL, 'siutest4-20240430062715'],
    ['with account and Region', 'test4', settings(), 'siutest4-20240430062715-123456789012-ap-northeast-1-an'],
    ['with another prefix', 'test4', settings({ namespace: 'global', prefix: 'u-' }), 'u-test4-20240430062715'],
    [
      'a UUID, where it fits',
      '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      GLOBAL,
      'siu3f2504e0-4f89-41d3-9a0c-0305e82c3301-20240430062715',
    ],
    ['a number that looks like a time', '1714458435123', GLOBAL, 'siu1714458435123-20240430062715'],
    ['what just fits', 'a'.repeat(45), GLOBAL, `siu${'a'.repeat(45)}-20240430062715`],
    // Names are for good: users have addresses with them.
    ['the same in all versions, with its hash', 'Jane', GLOBAL, 'siujane-hh7mq05khuteb-20240430062715'],
  ])('is %s', (_case, userId, under, expected) => {
    expect(bucketName({ userId, registeredAt: REGISTERED_AT }, under)).toBe(expected);
  });

  it.each([
    ['upper case', 'Jane', GLOBAL, /^siujane-[a-z][a-z0-9]{12}-20240430062715$/],
    ['dots', 'jane.doe', GLOBAL, /^siujanedoe-[a-z][a-z0-9]{12}-20240430062715$/],
    ['an e-mail address', 'jane@example.com', GLOBAL, /^siujaneexamplecom-[a-z][a-z0-9]{12}-20240430062715$/],
    ['another script', '홍길동', GLOBAL, /^siu[a-z][a-z0-9]{12}-20240430062715$/],
    ['no character at all', '', GLOBAL, /^siu[a-z][a-z0-9]{12}-20240430062715$/],
    ['hyphens inside', 'Jane-Doe', GLOBAL, /^siujane-doe-[a-z][a-z0-9]{12}-20240430062715$/],
    ['hyphens around it', '--Jane--', GLOBAL, /^siujane-[a-z][a-z0-9]{12}-20240430062715$/],
    ['more than fits', 'a'.repeat(100), GLOBAL, /^siua{31}-[a-z][a-z0-9]{12}-20240430062715$/],
    ['what a hash looks like', 'abcdefghijklm', GLOBAL, /^siuabcdefghijklm-[a-z][a-z0-9]{12}-20240430062715$/],
    [
      'more than fits beside account and Region',
      'jane-from-the-sea-side',
      VIRGINIA,
      /^siujane-[a-z][a-z0-9]{12}-2024.*-an$/,
    ],
    [
      'the same, where nothing legible fits',
      'jane-from-the-sea',
      settings(),
      /^siu[a-z][a-z0-9]{12}-20240430062715-.*-an$/,
    ],
  ])('given an id with %s, is what is legible of it and a hash', (_case, userId, under, expected) => {
    expect(bucketName({ userId, registeredAt: REGISTERED_AT }, under)).toMatch(expected);
  });

  it.each([
    ['the first second', 0, 'siutest4-19700101000000'],
    ['the last second', 253_402_300_799, 'siutest4-99991231235959'],
  ])('covers %s', (_case, registeredAt, expected) => {
    expect(bucketName({ userId: 'test4', registeredAt }, GLOBAL)).toBe(expected);
  });

  it.each([-1, 1.5, Number.NaN, 253_402_300_800, 1714458435000])(
    'given the time %p, is refused for good',
    (registeredAt) => {
      const name = () => bucketName({ userId: 'test4', registeredAt }, GLOBAL);
      expect(name).toThrow(PermanentError);
      expect(name).toThrow(
        expect.objectContaining({ userId: 'test4', hint: expect.stringContaining('seconds, not milliseconds') }),
      );
    },
  );
});

describe('a legal bucket name', () => {
  it.each([
    ['an ordinary one', 'siutest4-20240430062715', 'global', true],
    ['one with dots', 'a.b.c', 'global', true],
    ['3 characters', 'abc', 'global', true],
    ['63 characters', 'a'.repeat(63), 'global', true],
    ['2 characters', 'ab', 'global', false],
    ['64 characters', 'a'.repeat(64), 'global', false],
    ['upper case', 'Abc', 'global', false],
    ['an underscore', 'a_b', 'global', false],
    ['a hyphen first', '-abc', 'global', false],
    ['a hyphen last', 'abc-', 'global', false],
    ['two dots', 'a..b', 'global', false],
    ['an IP address', '192.168.5.4', 'global', false],
    ['xn--', 'xn--abc', 'global', false],
    ['sthree-', 'sthree-abc', 'global', false],
    ['amzn-s3-demo-', 'amzn-s3-demo-abc', 'global', false],
    ['-s3alias', 'abc-s3alias', 'global', false],
    ['--ol-s3', 'abc--ol-s3', 'global', false],
    ['.mrap', 'abc.mrap', 'global', false],
    ['--x-s3', 'abc--x-s3', 'global', false],
    ['--table-s3', 'abc--table-s3', 'global', false],
    ["the other namespace's ending", 'abc-123456789012-us-east-1-an', 'global', false],
    ['its own ending', 'abc-123456789012-us-east-1-an', 'account-regional', true],
    ['no account', 'abc-us-east-1-an', 'account-regional', false],
    ['no ending', 'abc', 'account-regional', false],
  ] as const)('%s: %s in the namespace %s: %p', (_case, name, namespace, legal) => {
    expect(isLegalBucketName(name, namespace)).toBe(legal);
  });
});

describe('a bucket name prefix', () => {
  it.each(['siu', 'u', '0', 'xnet', 'eightchr'])('may be %s', (prefix) => {
    expect(bucketNamePrefixProblem({ prefix, namespace: 'global' })).toBeUndefined();
  });

  it.each([
    ['empty', '', 'lower-case letters'],
    ['upper case', 'Siu', 'lower-case letters'],
    ['a dot', 'si.u', 'lower-case letters'],
    ['a hyphen first', '-siu', 'lower-case letters'],
    ['a hyphen last', 'my-app-', 'lower-case letters'],
    ['reserved', 'xn--a', 'lower-case letters'],
    ['9 characters', 'ninechars', '1 to 8 lower-case letters and digits, at most 7 in the account-regional namespace'],
    [
      'the beginning of a reserved one, which an id could complete',
      'sth',
      'S3 reserves (xn--, sthree-, amzn-s3-demo-)',
    ],
    ['longer than the Region leaves room for', 'eightchr', 'at most 7 characters in the account-regional namespace'],
  ])('may not be %s', (_case, prefix, problem) => {
    expect(bucketNamePrefixProblem(settings({ prefix }))).toContain(problem);
  });

  it.each([
    ['us-east-1', 'eightchr', undefined],
    ['us-isof-south-1', 'sixchr', undefined],
    [
      'us-isof-south-1',
      'sevenlt',
      'at most 6 characters in the account-regional namespace, so that names fit in us-isof-south-1',
    ],
    [undefined, 'eightchr', 'so that names fit in every Region'],
  ])('given the Region %s, is measured by what that leaves of a name', (region, prefix, problem) => {
    const found = bucketNamePrefixProblem({ prefix, namespace: 'account-regional', ...(region && { region }) });
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it('that nobody has set is a good one', () => {
    expect(bucketNamePrefixProblem(settings({ prefix: bucketNamePrefixField.default }))).toBeUndefined();
  });

  it('has its place in the ARNs of policies', () => {
    expect(bucketNamePattern(settings())).toBe('siu*-123456789012-ap-northeast-1-an');
    expect(bucketNamePattern(settings({ namespace: 'global' }))).toBe('siu*');
  });
});

const PLACES = [settings(), settings({ namespace: 'global' }), settings({ prefix: 'a-b', region: 'us-east-1' })];

describe('what a bucket name says', () => {
  it.each(PLACES)('given any registration, is its time, and what all names of the user share: %j', (place) => {
    const seconds = fc.integer({ min: 0, max: 253_402_300_799 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), seconds, seconds, (userId, registeredAt, other) => {
        const read = readBucketName(bucketName({ userId, registeredAt }, place), place);
        expect(read?.registeredAt).toBe(registeredAt);
        expect(readBucketName(bucketName({ userId, registeredAt: other }, place), place)?.stem).toBe(read?.stem);
      }),
    );
  });

  it('is nothing for a name of another form', () => {
    const name = bucketName({ userId: 'test4', registeredAt: REGISTERED_AT }, settings());
    const others = [
      name.replace('siu', 'other'),
      name.replace('123456789012', '210987654321'),
      name.replace('-an', ''),
      name.replace('20240430062715', '20240431062715'),
      name.replace('20240430062715', '2024043006271'),
      name.replace('20240430062715', '00000000000000'),
      name.replace('test4', ''),
      name.replace('-2024', 'x2024'),
      `${name}x`,
      '',
    ];
    for (const other of others) expect([other, readBucketName(other, settings())]).toEqual([other, undefined]);
  });

  it('is not cut short by an id that ends as a time does', () => {
    const userId = 'a-20200101000000';
    const place = settings({ namespace: 'global' });
    const name = bucketName({ userId, registeredAt: REGISTERED_AT }, place);
    expect(readBucketName(name, place)).toEqual({ stem: `siu${userId}`, registeredAt: REGISTERED_AT });
  });
});

describe('the bucket of a URI', () => {
  it.each(['s3://siutest4-20240430062715', 's3://siutest4-20240430062715/'])('is in %s', (uri) => {
    expect(bucketOfUri(uri)).toBe('siutest4-20240430062715');
  });

  it.each(['siutest4', 'https://siutest4', 'see s3://siutest4', 's3://siutest4/a.txt', 's3://', 's3://UPPER', ''])(
    'is not in %s',
    (uri) => {
      expect(bucketOfUri(uri)).toBeUndefined();
    },
  );
});
