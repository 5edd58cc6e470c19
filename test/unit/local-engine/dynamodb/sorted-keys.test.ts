import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type KeyRange, SortedKeys } from '../../../../packages/local-engine/dynamodb/sorted-keys.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '~'), minLength: 1, maxLength: 3 });

const range: fc.Arbitrary<KeyRange> = fc.record(
  { gt: key, gte: key, lt: key, lte: key, reverse: fc.boolean() },
  { requiredKeys: [] },
);

/** A range as dynalite asks for: one bound at each end. */
const oneBoundAtEachEnd = ({ gt, gte, lt, lte }: KeyRange) =>
  (gt === undefined || gte === undefined) && (lt === undefined || lte === undefined);

function inRange(keys: readonly string[], { gt, gte, lt, lte, reverse }: KeyRange): string[] {
  const found = keys.filter(
    (one) =>
      (gt === undefined || one > gt) &&
      (gte === undefined || one >= gte) &&
      (lt === undefined || one < lt) &&
      (lte === undefined || one <= lte),
  );
  return reverse ? found.toReversed() : found;
}

describe('sorted keys', () => {
  test('given any keys that come and go, a range holds those that are left in it, in its order', () => {
    const change = fc.record({ key, isAdded: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change), range.filter(oneBoundAtEachEnd), fc.nat({ max: 10 }), (changes, asked, limit) => {
        const [keys, left] = [new SortedKeys(), new Set<string>()];
        for (const { key: one, isAdded } of changes) {
          if (isAdded) keys.add(one);
          else keys.delete(one);
          if (isAdded) left.add(one);
          else left.delete(one);
        }
        expect(keys.read(asked, limit)).toEqual(inRange([...left].sort(), asked).slice(0, limit));
      }),
    );
  });

  test.each([
    { given: 'in order', numbers: (index: number) => index },
    { given: 'from the last to the first', numbers: (index: number) => 4999 - index },
    { given: 'in no order', numbers: (index: number) => (index * 1009) % 5000 },
  ])('given more keys than a block holds, added $given, all are read in order, both ways', ({ numbers }) => {
    const all = Array.from({ length: 5000 }, (_, index) => String(index).padStart(4, '0'));
    const keys = new SortedKeys();
    for (const index of all.keys()) keys.add(all[numbers(index)] ?? '');
    expect(keys.read({}, 6000)).toEqual(all);
    expect(keys.read({ reverse: true }, 6000)).toEqual(all.toReversed());
    expect(keys.read({ gt: '1999', lte: '2600' }, 6000)).toEqual(all.slice(2000, 2601));
    expect(keys.read({ gte: '1999', lt: '2600', reverse: true }, 6000)).toEqual(all.slice(1999, 2600).toReversed());
  });

  test('given all keys of some blocks are deleted, the others stay', () => {
    const all = Array.from({ length: 3000 }, (_, index) => String(index).padStart(4, '0'));
    const keys = new SortedKeys();
    for (const one of all) keys.add(one);
    for (const one of all.slice(500, 2500)) keys.delete(one);
    expect(keys.read({}, 3000)).toEqual([...all.slice(0, 500), ...all.slice(2500)]);
    expect(keys.read({ lt: '2600', reverse: true }, 101)).toEqual([...all.slice(2500, 2600).toReversed(), '0499']);
  });
});
