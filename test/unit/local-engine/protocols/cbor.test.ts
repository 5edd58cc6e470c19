import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCborForm, decodeCbor, encodeCbor } from '../../../../packages/local-engine/protocols/cbor.ts';

const { cbor } = createRequire(import.meta.url)('@smithy/core/cbor') as typeof import('@smithy/core/cbor');

describe('bytes that are one CBOR item', () => {
  test('are read, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(() => checkCborForm(cbor.serialize(value))).not.toThrow();
      }),
    );
    expect(() => checkCborForm(encodeCbor({ at: new Date(1_790_000_000_123), pi: 3.25, far: 2 ** 52 }))).not.toThrow();
  });

  test.each([
    ['a list that ends with a break', [0x9f, 0x01, 0x80, 0xff]],
    ['a map that ends with a break', [0xbf, 0x61, 0x61, 0x01, 0xff]],
    ['a text in pieces', [0x7f, 0x61, 0x61, 0x60, 0xff]],
  ])('may be %s', (_, bytes) => {
    expect(() => checkCborForm(Uint8Array.from(bytes))).not.toThrow();
  });
});

describe('bytes that are none', () => {
  test.each([
    ['nothing', []],
    ['a map without its value', [0xa1, 0x61, 0x61]],
    ['a list of more items than bytes', [0x9b, 0, 0, 0, 1, 0, 0, 0, 0]],
    ['a text that is longer than what comes', [0x7a, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ['a number beyond what JavaScript holds', [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a list without its break', [0x9f, 0x01]],
    ['a break alone', [0xff]],
    ['a byte that begins nothing', [0x1c]],
    ['a text in pieces without an end', [0x7f, 0x61, 0x61]],
    ['two items', [0x01, 0x02]],
    // Found by `npm run fuzz`: the codec takes the number for the length of a text, and prints a stack.
    ['a map with a number for a name', [0xa1, 0xfb, 0x44, 0x65, 0x61, 0x64, 0x62, 0x65, 0x65, 0x65, 0x01]],
    ['a time that is a map', [0xc1, 0xa1, 0x61, 0x61, 0x60]],
    ['a time that is nothing', [0xc1, 0xf6]],
    ['a text with a number for a piece', [0x7f, 0x01, 0xff]],
    ['a text whose piece has pieces', [0x7f, 0x7f, 0x60, 0xff, 0xff]],
    ['lists inside each other, too deep for a reader', Array(100_000).fill(0x81)],
    ['a number of 100,000 bytes', [0xc2, 0x5a, 0, 1, 0x86, 0xa0, ...Array(100_000).fill(0xff)]],
    ['a decimal number with a million zeros', [0xc4, 0x82, 0x1a, 0, 0x0f, 0x42, 0x40, 1]],
    ['tags inside each other', Array(100_000).fill(0xc1)],
  ])('are refused: %s', (_, bytes) => {
    expect(() => checkCborForm(Uint8Array.from(bytes))).toThrow();
    expect(() => decodeCbor(Uint8Array.from(bytes))).toThrow();
  });
});
