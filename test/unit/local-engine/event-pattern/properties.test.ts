import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { matchesEventPattern } from '../support/event-bridge.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y', ''));
const { object } = fc.letrec<{ object: JsonObject; value: Json }>((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), fc.array(tie('value'), { maxLength: 4 })),
}));

const textTests = fc
  .record({ name: fc.constantFrom('prefix', 'suffix', 'equals-ignore-case'), text: fc.string({ minLength: 1 }) })
  .map(({ name, text }) => ({ [name]: text }));
const operator = fc.oneof(
  textTests,
  textTests.map((test) => ({ 'anything-but': test })),
  fc.boolean().map((exists) => ({ exists })),
  fc.integer().map((n) => ({ numeric: ['>=', n] })),
  fc.constantFrom('10.0.0.0/8', '::/0').map((cidr) => ({ cidr })),
  fc.constantFrom('*', 'a*b', '*x').map((wildcard) => ({ wildcard })),
);
const entries = fc.array(fc.oneof(scalar, operator), { minLength: 1, maxLength: 3 });

describe('properties', () => {
  test('given any JSON value as event, a compiled matcher does not throw, and explains exactly what does not match', () => {
    const pattern = fc.dictionary(name, fc.oneof(entries, fc.dictionary(name, entries, { minKeys: 1 })), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(pattern, fc.oneof(object, fc.jsonValue()), (pattern, event) => {
        const matches = compileEventPattern(pattern);
        expect(matches(event)).toBe(matches.explain(event) === undefined);
      }),
    );
  });

  test('given a pattern made from an event without arrays, the event matches it, and not once a value has changed', () => {
    const plain = fc.dictionary(fc.string(), fc.oneof(scalar, fc.string(), fc.double({ noNaN: true })), { minKeys: 1 });
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), plain, { minKeys: 1 }), (event) => {
        // A name with a dot could make two paths equal, and then the last of them would count.
        fc.pre(!JSON.stringify(event).includes('.') && !('$or' in event));
        fc.pre(Object.values(event).every((fields) => !('$or' in fields)));
        const pattern = Object.fromEntries(
          Object.entries(event).map(([name, fields]) => [
            name,
            Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, [value]])),
          ]),
        );
        expect(compileEventPattern(pattern).explain(event)).toBeUndefined();
        const [first = ''] = Object.keys(event);
        const [field = ''] = Object.keys(event[first] ?? {});
        const changed = { ...event, [first]: { ...event[first], [field]: 'changed for the test' } };
        expect(matchesEventPattern(pattern, changed)).toBe(false);
      }),
    );
  });

  test('given any wildcard, it agrees with a plain recursive matcher', () => {
    const piece = fc.constantFrom('*', '*', 'a', 'a', 'b', '\\*', '\\\\');
    const wildcard = fc.array(piece, { maxLength: 6 }).filter((pieces) => !pieces.join(' ').includes('* *'));
    const text = fc
      .array(fc.constantFrom('a', 'a', 'a', 'b', '*', '\\'), { maxLength: 6 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(wildcard, text, (pieces, value) => {
        const expected = wildcardReference(pieces, value);
        expect(matchesEventPattern({ value: [{ wildcard: pieces.join('') }] }, { value })).toBe(expected);
        expect(matchesEventPattern({ value: [{ 'anything-but': { wildcard: pieces.join('') } }] }, { value })).toBe(
          !expected,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('given fields inside arrays, it agrees with trying every choice of values, field by field', () => {
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'));
    const wanted = fc.oneof(
      fc.constant<Json[]>([{ exists: false }]),
      fc.constant<Json[]>([{ exists: false }, 1]),
      fc.array<Json>(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y')), { minLength: 1 }),
    );
    fc.assert(
      fc.property(fc.dictionary(path, wanted, { minKeys: 1, maxKeys: 4 }), object, (pattern, event) => {
        expect(matchesEventPattern(pattern, event)).toBe(arrayReference(pattern, event));
      }),
      { numRuns: 3000 },
    );
  });

  test('given any IPv4 address and mask, the block matches exactly the addresses that share its leading bits', () => {
    const address = fc.nat({ max: 0xffffffff });
    const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 0xff).join('.');
    fc.assert(
      fc.property(address, fc.nat({ max: 31 }), address, (base, mask, other) => {
        const shares = mask === 0 || base >>> (32 - mask) === other >>> (32 - mask);
        expect(matchesEventPattern({ ip: [{ cidr: `${dotted(base)}/${mask}` }] }, { ip: dotted(other) })).toBe(shares);
        expect(matchesEventPattern({ ip: [{ cidr: `${dotted(base)}/${mask}` }] }, { ip: dotted(base) })).toBe(true);
      }),
    );
  });
});

function wildcardReference(pieces: readonly string[], value: string): boolean {
  const [piece, ...rest] = pieces;
  if (piece === undefined) {
    return value === '';
  }
  if (piece === '*') {
    return wildcardReference(rest, value) || (value !== '' && wildcardReference(pieces, value.slice(1)));
  }
  const letter = piece.slice(-1);
  return value.startsWith(letter) && wildcardReference(rest, value.slice(1));
}

type Membership = ReadonlyMap<Json[], number>;

/** The engine's rule in its plainest form: a field may take any value whose elements agree with those taken before. */
function arrayReference(pattern: { [path: string]: Json[] }, event: JsonObject): boolean {
  const values: { path: string; value: Json; membership: Membership }[] = [];
  const walk = (value: Json, path: string, membership: Membership) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        const isScalar = typeof item !== 'object' || item === null;
        walk(item, path, isScalar ? membership : new Map([...membership, [value, index]]));
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        walk(item, path === '' ? name : `${path}.${name}`, membership);
      }
    } else {
      values.push({ path, value, membership });
    }
  };
  walk(event, '', new Map());
  const agrees = (a: Membership, b: Membership) => [...a].every(([array, index]) => (b.get(array) ?? index) === index);
  const search = (paths: readonly string[], taken: Membership): boolean => {
    const [path, ...rest] = paths;
    if (path === undefined) {
      return true;
    }
    const wanted = pattern[path] ?? [];
    const open = values.filter((found) => found.path === path && agrees(found.membership, taken));
    if (open.length === 0 && wanted.some((entry) => typeof entry === 'object') && search(rest, taken)) {
      return true;
    }
    return open.some(
      ({ value, membership }) => wanted.includes(value) && search(rest, new Map([...taken, ...membership])),
    );
  };
  return search(Object.keys(pattern).sort(), new Map());
}
