import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CborError, decodeCbor, encodeCbor } from '../../../local/cbor.ts';

const hex = (bytes: string) => Buffer.from(bytes, 'hex');

/** Source: RFC 8949, appendix A. */
describe('the examples of the specification', () => {
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f93c00', 1],
    ['f97bff', 65504],
    ['f90001', 2 ** -24],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['f7', undefined],
    ['c11a514b67b0', new Date('2013-03-21T20:04:00Z')],
    ['c1fb41d452d9ec200000', new Date('2013-03-21T20:04:00.500Z')],
    ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['60', ''],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['80', []],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ])('%s is read', (bytes, value) => {
    expect(decodeCbor(hex(bytes))).toEqual(value);
  });

  test.each([
    [23, '17'],
    [255, '18ff'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [1_000_000_000_000, '1b000000e8d4a51000'],
    [-1000, '3903e7'],
    [1.1, 'fb3ff199999999999a'],
    [true, 'f5'],
    [null, 'f6'],
    ['ü', '62c3bc'],
    [new Date('2013-03-21T20:04:00.500Z'), 'c1fb41d452d9ec200000'],
    [{ a: 1, none: undefined, b: [2, 3] }, 'a26161016162820203'],
  ])('%p is written', (value, bytes) => {
    expect(encodeCbor(value).toString('hex')).toBe(bytes);
  });
});

test('whatever JSON holds comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // JSON itself knows no negative zero.
      const plain = JSON.parse(JSON.stringify(value));
      expect(decodeCbor(encodeCbor(plain))).toEqual(plain);
    }),
  );
});

describe('what is no CBOR', () => {
  test.each([
    ['nothing', ''],
    ['a text that is cut off', '6261'],
    ['a list that is cut off', '8301'],
    ['an endless list that is cut off', '9f01'],
    ['bytes behind the value', '0000'],
    ['an argument of no kind', '1c'],
    ['a simple value that nobody has assigned', 'e0'],
    ['an end of nothing', 'ff'],
    ['lists in lists without end', '81'.repeat(100_000)],
  ])('given %s, the error says so', (_given, bytes) => {
    expect(() => decodeCbor(hex(bytes))).toThrow(CborError);
  });

  test('given what CBOR is not written of, the error names it', () => {
    expect(() => encodeCbor(() => {})).toThrow('A function cannot be written');
  });
});
