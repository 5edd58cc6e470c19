import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finderOf } from '../../../../packages/local-engine/core/wildcard.ts';

/** Few letters, so that pieces nearly match in many places. */
const FEW_LETTERS = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 });

describe('a search for a piece of text', () => {
  test('finds the first place from an index on', () => {
    fc.assert(
      fc.property(FEW_LETTERS, FEW_LETTERS, fc.nat({ max: 70 }), (piece, text, from) => {
        expect(finderOf(piece)(text, from)).toBe(text.indexOf(piece, from));
      }),
    );
  });

  test('finds it in a text that is too long for the usual search as well', () => {
    const beginning = 'ab'.repeat(10_000);
    fc.assert(
      fc.property(FEW_LETTERS, fc.nat({ max: 30_000 }), (end, from) => {
        const piece = `${'ab'.repeat(20)}${end}`;
        const text = `${beginning}${end}${piece}b`;
        expect(finderOf(piece)(text, from)).toBe(text.indexOf(piece, from));
      }),
    );
  });
});
