import { describe, expect, test } from '@jest/globals';
import { type Item, sameItem } from '../../../../packages/local-engine/dynamodb/items.ts';

interface Pair {
  readonly given: string;
  readonly a: Item;
  readonly b: Item;
}

describe('same items', () => {
  test.each<Pair>([
    { given: 'no attributes', a: {}, b: {} },
    { given: 'attributes in another order', a: { x: { S: '1' }, y: { N: '2' } }, b: { y: { N: '2' }, x: { S: '1' } } },
    { given: 'sets in another order', a: { x: { SS: ['a', 'b'] } }, b: { x: { SS: ['b', 'a'] } } },
    { given: 'number sets in another order', a: { x: { NS: ['1', '2'] } }, b: { x: { NS: ['2', '1'] } } },
    { given: 'binary sets in another order', a: { x: { BS: ['YQ==', 'Yg=='] } }, b: { x: { BS: ['Yg==', 'YQ=='] } } },
    { given: 'equal lists', a: { x: { L: [{ S: 'a' }, { N: '1' }] } }, b: { x: { L: [{ S: 'a' }, { N: '1' }] } } },
    { given: 'equal nested maps', a: { x: { M: { y: { M: {} } } } }, b: { x: { M: { y: { M: {} } } } } },
    {
      given: 'null and booleans',
      a: { x: { NULL: true }, y: { BOOL: false } },
      b: { x: { NULL: true }, y: { BOOL: false } },
    },
  ])('given $given, they are the same', ({ a, b }) => {
    expect(sameItem(a, b)).toBe(true);
  });
});

describe('different items', () => {
  test.each<Pair>([
    { given: 'another value', a: { x: { S: '1' } }, b: { x: { S: '2' } } },
    { given: 'another type with the same text', a: { x: { S: '1' } }, b: { x: { N: '1' } } },
    { given: 'one attribute more', a: { x: { S: '1' } }, b: { x: { S: '1' }, y: { S: '2' } } },
    { given: 'another name', a: { x: { S: '1' } }, b: { y: { S: '1' } } },
    {
      given: 'a list in another order',
      a: { x: { L: [{ S: 'a' }, { S: 'b' }] } },
      b: { x: { L: [{ S: 'b' }, { S: 'a' }] } },
    },
    { given: 'a shorter list', a: { x: { L: [{ S: 'a' }, { S: 'b' }] } }, b: { x: { L: [{ S: 'a' }] } } },
    { given: 'a larger set', a: { x: { SS: ['a'] } }, b: { x: { SS: ['a', 'b'] } } },
    { given: 'a set with another member', a: { x: { SS: ['a', 'b'] } }, b: { x: { SS: ['a', 'c'] } } },
    {
      given: 'a nested change',
      a: { x: { M: { y: { L: [{ N: '1' }] } } } },
      b: { x: { M: { y: { L: [{ N: '2' }] } } } },
    },
    { given: 'the other boolean', a: { x: { BOOL: true } }, b: { x: { BOOL: false } } },
  ])('given $given, they differ, both ways', ({ a, b }) => {
    expect([sameItem(a, b), sameItem(b, a)]).toEqual([false, false]);
  });
});
