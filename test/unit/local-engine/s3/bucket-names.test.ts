import { describe, expect, test } from '@jest/globals';
import { checkNewBucketName } from '../../../../packages/local-engine/s3/bucket-operations.ts';
import { ACCOUNT } from '../support/parts.ts';

const REGIONAL = `-${ACCOUNT.id}-${ACCOUNT.region}-an`;

describe('names in the global namespace', () => {
  test.each([
    'abc',
    'a.b',
    'a-b',
    '1ab',
    'ab9',
    'a'.repeat(63),
    '1.2.3.4.5',
    'siutest4-20240430062715',
    'xn-a',
    'a.-b',
  ])('given %s, it is legal', (name) => {
    expect(() => checkNewBucketName(name, 'global', ACCOUNT)).not.toThrow();
  });

  test.each([
    'ab',
    'a'.repeat(64),
    'Abc',
    'a_b',
    'a b',
    'é-bucket',
    '-abc',
    'abc-',
    '.abc',
    'abc.',
    'a..b',
    '192.168.5.4',
    'xn--abc',
    'sthree-abc',
    'amzn-s3-demo-abc',
    'abc-s3alias',
    'abc--ol-s3',
    'abc.mrap',
    'abc--x-s3',
    'abc--table-s3',
    'abc\n',
  ])('given %j, it is refused', (name) => {
    const check = () => checkNewBucketName(name, 'global', ACCOUNT);
    expect(check).toThrow(expect.objectContaining({ code: 'InvalidBucketName', status: 400 }));
  });

  test('given the ending of the other namespace, the header is missed', () => {
    const check = () => checkNewBucketName(`siutest4${REGIONAL}`, 'global', ACCOUNT);
    expect(check).toThrow(expect.objectContaining({ code: 'MissingNamespaceHeader', status: 400 }));
  });
});

describe('names in the account-regional namespace', () => {
  test.each([`siutest4${REGIONAL}`, `${'a'.repeat(63 - REGIONAL.length)}${REGIONAL}`])(
    'given %s, it is legal',
    (name) => {
      expect(() => checkNewBucketName(name, 'account-regional', ACCOUNT)).not.toThrow();
    },
  );

  test.each([
    { given: 'no ending', name: 'siutest4' },
    { given: 'another account', name: `siutest4${REGIONAL.replace('1111', '9999')}` },
    { given: 'another region', name: `siutest4${REGIONAL.replace('northeast', 'southeast')}` },
    { given: 'more than 63 characters', name: `${'a'.repeat(64 - REGIONAL.length)}${REGIONAL}` },
    { given: 'an upper case letter', name: `Siutest4${REGIONAL}` },
  ])('given $given, it is refused', ({ name }) => {
    const check = () => checkNewBucketName(name, 'account-regional', ACCOUNT);
    expect(check).toThrow(expect.objectContaining({ code: 'InvalidBucketName' }));
  });
});
