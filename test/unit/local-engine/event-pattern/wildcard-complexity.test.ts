import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { complexityOf } from '../../../../packages/local-engine/event-pattern/wildcard-complexity.ts';

const complexity = (...patterns: string[]) => complexityOf(patterns.map((pattern) => `"${pattern}"`.split('*')));

/** How many beginnings of the patterns the best of all texts of that length matches. */
function byTrying(patterns: readonly string[], longest: number): number {
  const beginnings = patterns.flatMap((pattern) => {
    const whole = `"${pattern}"`;
    return [...whole].map((_, index) => whole.slice(0, index + 1));
  });
  const matchers = beginnings.map((beginning) => new RegExp(`^${beginning.replaceAll('*', '.*')}$`));
  const count = (text: string) => matchers.filter((matcher) => matcher.test(text)).length;
  let [most, texts] = [0, ['"']];
  for (let length = 1; length <= longest; length++) {
    most = Math.max(most, ...texts.map(count));
    texts = texts.flatMap((text) => ['a', 'b', '"'].map((unit) => text + unit));
  }
  return most;
}

describe('the complexity of wildcard patterns', () => {
  // Of the values that aws/event-ruler's own tests name, those that the quotes around a string leave as they are.
  test.each([
    [['*a*a*a*'], 7],
    [['*aa'], 3],
    [['a*bbb'], 4],
    [['*ab*ad'], 4],
    [['*aba*'], 4],
    [['a*b*bb'], 5],
    [['*ab*b*b*'], 7],
    [['*aab*b*ba'], 6],
    [['*a*a*a*a*a*a*a*a*'], 17],
    [['*abc', '*abcde'], 4],
    [['a*aaa', 'aa*aa'], 7],
    [['a*aax', 'aaa*x'], 5],
    [['ab*cd', 'ab*wx', 'ab*yz'], 6],
    // No text passes the wildcards of both.
    [['a*x', 'b*x'], 2],
    [['a', 'a'], 1],
    [['*a', '*a'], 2],
    [[], 0],
  ])('of %j is %i', (patterns, expected) => {
    expect(complexity(...patterns)).toBe(expected);
  });

  test('is what trying every text finds', () => {
    const pattern = fc
      .string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 })
      .filter((text) => !text.includes('**'));
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { minLength: 1, maxLength: 2 }), (patterns) => {
        expect([patterns, complexity(...patterns)]).toEqual([patterns, byTrying(patterns, 8)]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a rule', () => {
  const tooComplex = /Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences/;

  test('recorded on AWS as too complex, is refused', () => {
    const wildcard = '*:*:*:*:*:event-bus/*';
    expect(() => compileEventPattern({ detail: { EventBusArn: [{ wildcard }] } })).toThrow(tooComplex);
    expect(() => compileEventPattern({ detail: { EventBusArn: [{ 'anything-but': { wildcard } }] } })).toThrow(
      tooComplex,
    );
    expect(() =>
      compileEventPattern({ detail: { EventBusArn: [{ wildcard: '*:*:*:*:*:event-bus/x' }] } }),
    ).not.toThrow();
  });

  test('with several wildcards for one field, is judged by all of them, and each field for itself', () => {
    const wildcards = ['bif', 'tif', 'tiff', 'svs'].map((type) => ({ wildcard: `*/datasync/*.${type}` }));
    expect(() => compileEventPattern({ key: wildcards })).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: wildcards.slice(0, 2), other: wildcards.slice(2) })).not.toThrow();
    expect(() =>
      compileEventPattern({ key: [{ 'anything-but': { wildcard: wildcards.map((it) => it.wildcard) } }] }),
    ).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: ['bif', 'tif'].map((type) => ({ wildcard: `*.${type}` })) })).not.toThrow();
  });

  test('of other kinds beside wildcards, is judged by the wildcards', () => {
    const wildcards = Array.from({ length: 11 }, (_, index) => ({ wildcard: `${'abcdefghijk'.charAt(index)}*` }));
    const others = [{ prefix: 'x' }, { 'anything-but': { suffix: 'y' } }, { exists: true }];
    expect(() => compileEventPattern({ key: wildcards })).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: [...wildcards.slice(1), ...others] })).not.toThrow();
  });

  test('of which a text matches eleven beginnings only after ten, is refused', () => {
    // The text "a matches one beginning of each of nine patterns, and two of the last.
    const wildcards = Array.from({ length: 9 }, (_, index) => ({ wildcard: `a${'bcdefghij'.charAt(index)}*` }));
    expect(() => compileEventPattern({ key: [...wildcards, { wildcard: 'a*' }] })).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: [...wildcards.slice(1), { wildcard: 'a*' }] })).not.toThrow();
  });

  test('of any size that is allowed, is judged at once', () => {
    const wildcards = Array.from({ length: 250 }, (_, index) => ({ wildcard: `${'a'.repeat(index % 7)}*` }));
    expect(() => compileEventPattern({ key: wildcards.slice(0, 200) })).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: [{ wildcard: `*${'ab'.repeat(2000)}` }] })).toThrow(tooComplex);
    expect(() => compileEventPattern({ key: [{ wildcard: `${'a'.repeat(2000)}*${'b'.repeat(5)}` }] })).not.toThrow();
  });

  test('of more than 4,096 characters is refused before it is read', () => {
    expect(() => compileEventPattern(`{"a":["${'x'.repeat(4096)}"]}`)).toThrow(
      /^Invalid event pattern: it has 4106 characters; at most 4096/,
    );
    expect(() => compileEventPattern({ a: ['x'.repeat(4096)] })).toThrow(/4106 characters; at most 4096/);
    expect(() => compileEventPattern({ a: ['x'.repeat(4086)] })).not.toThrow();
  });
});
