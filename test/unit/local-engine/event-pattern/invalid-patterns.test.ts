import { describe, expect, test } from '@jest/globals';
import {
  compileEventPattern,
  InvalidEventPatternError,
} from '../../../../packages/local-engine/event-pattern/event-pattern.ts';

type Row = [pattern: unknown, message: RegExp];

function expectRefusal(pattern: unknown, message: RegExp): void {
  expect(() => compileEventPattern(pattern)).toThrow(InvalidEventPatternError);
  expect(() => compileEventPattern(pattern)).toThrow(message);
}

/** Each form that aws/event-ruler's JsonRuleCompiler refuses, in the order in which it does. */
describe('the pattern as a whole', () => {
  test.each<Row>([
    [[], /^Invalid event pattern: it must be a JSON object, got \[\]$/],
    [null, /must be a JSON object, got null/],
    [5, /must be a JSON object/],
    [undefined, /must be a JSON object, got undefined/],
    ['not json', /not valid JSON/],
    ['"text"', /must be a JSON object, got "text"/],
    [{}, /empty object/],
    [{ a: {} }, /at "a": an empty object/],
    [{ a: { b: {} } }, /at "a.b": an empty object/],
    [{ a: 'scalar' }, /at "a": it must be an object .* or an array .*, got "scalar"/],
    [{ a: { b: null } }, /at "a.b": .*got null/],
    [{ a: 1 }, /got 1/],
    [{ a: true }, /got true/],
    [{ a: [] }, /at "a": an empty array/],
    [{ a: [['x']] }, /\["x"\] cannot be matched/],
    [
      Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`f${n}`, ['x']])),
      /pattern: it names 257 fields; at most 256/,
    ],
  ])('given %j, it is refused', expectRefusal);

  test('given 256 fields, it is accepted', () => {
    const pattern = Object.fromEntries(Array.from({ length: 256 }, (_, n) => [`f${n}`, ['x']]));
    expect(() => compileEventPattern(pattern)).not.toThrow();
  });

  test('given a refusal, the error names the path and keeps the cause of bad JSON', () => {
    const refuse = (pattern: unknown) => {
      try {
        compileEventPattern(pattern);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refuse({ detail: { status: [{ prefix: 3 }] } })).toMatchObject({
      name: 'InvalidEventPatternError',
      path: 'detail.status',
      message: 'Invalid event pattern at "detail.status": prefix needs a string, got 3',
    });
    expect(refuse('{')).toMatchObject({
      path: '',
      message: 'Invalid event pattern: it is not valid JSON',
      cause: expect.any(SyntaxError),
    });
  });

  test('given a value of up to 80 characters, the message has all of it, and else its beginning', () => {
    expect(() => compileEventPattern({ a: 'x'.repeat(78) })).toThrow(/got "x{78}"$/);
    expect(() => compileEventPattern({ a: 'x'.repeat(79) })).toThrow(/got "x{79}…$/);
  });
});

describe('operators', () => {
  test.each<Row>([
    [{}, /needs one operator, got \{\}; allowed: prefix,/],
    [{ 'unknown-op': 'x' }, /operator "unknown-op" is unknown; allowed: prefix,/],
    [{ Prefix: 'x' }, /operator "Prefix" is unknown/],
    [{ prefix: 'a', suffix: 'b' }, /needs one operator/],
    [{ exactly: 5 }, /exactly needs a string, got 5/],
    [{ prefix: 3 }, /prefix needs a string, got 3/],
    [{ prefix: null }, /prefix needs a string, got null/],
    [{ prefix: ['a'] }, /prefix needs a string, got \["a"\]/],
    [{ prefix: {} }, /prefix needs a string or \{"equals-ignore-case": string\}/],
    [{ prefix: { wildcard: 'a' } }, /prefix needs a string or/],
    [{ prefix: { 'equals-ignore-case': 5 } }, /prefix with equals-ignore-case needs a string, got 5/],
    [{ prefix: { 'equals-ignore-case': ['a'] } }, /prefix with equals-ignore-case needs a string/],
    [{ prefix: { 'equals-ignore-case': 'a', x: 1 } }, /prefix needs a string or/],
    [{ suffix: 3 }, /suffix needs a string, got 3/],
    [{ suffix: ['a'] }, /suffix needs a string/],
    [{ suffix: {} }, /suffix needs a string or/],
    [{ suffix: { prefix: 'a' } }, /suffix needs a string or/],
    [{ suffix: { 'equals-ignore-case': null } }, /suffix with equals-ignore-case needs a string/],
    [{ 'equals-ignore-case': 5 }, /equals-ignore-case needs a string/],
    [{ 'equals-ignore-case': ['a'] }, /equals-ignore-case needs a string/],
    [{ wildcard: 5 }, /wildcard needs a string/],
    [{ wildcard: ['a*'] }, /wildcard needs a string/],
    [{ wildcard: '**' }, /two "\*" in a row at position 0/],
    [{ wildcard: 'a*x**' }, /two "\*" in a row at position 3/],
    [{ wildcard: 'a\\b' }, /invalid escape at position 1; only "\\\*" and "\\\\" are allowed/],
    [{ wildcard: 'a\\' }, /invalid escape at position 1/],
    [{ exists: 'true' }, /exists needs true or false, got "true"/],
    [{ exists: null }, /exists needs true or false, got null/],
    [{ exists: [true] }, /exists needs true or false/],
  ])('given %j, it is refused', (expression, message) => expectRefusal({ a: ['x', expression] }, message));
});

describe('anything-but', () => {
  test.each<Row>([
    [null, /cannot take null/],
    [true, /cannot take true/],
    [[], /cannot take \[\]; .*not empty/],
    [['a', 5], /cannot take \["a",5\]; .*does not mix types/],
    [[5, 'a'], /does not mix types/],
    [[null], /cannot take \[null\]/],
    [[true], /cannot take \[true\]/],
    [['a', null], /cannot take/],
    [[['a']], /cannot take/],
    [[{ prefix: 'a' }], /cannot take \[\{"prefix":"a"\}\]/],
    [Number.POSITIVE_INFINITY, /not a number that can be compared/],
    [[1, Number.NEGATIVE_INFINITY], /not a number that can be compared/],
    [{}, /needs one operator, got \{\}/],
    [{ prefix: 'a', suffix: 'b' }, /needs one operator/],
    [{ numeric: ['>', 5] }, /anything-but with numeric needs a string/],
    [{ cidr: '10.0.0.0/8' }, /anything-but does not support "cidr"; allowed: .* wildcard/],
    [{ prefix: '' }, /empty prefix/],
    [{ suffix: '' }, /empty suffix/],
    [{ prefix: ['a', ''] }, /empty prefix/],
    [{ suffix: ['', 'a'] }, /empty suffix/],
    [{ prefix: 5 }, /anything-but with prefix needs a string or a list of strings, got 5/],
    [{ prefix: ['a', 5] }, /anything-but with prefix needs a string or a list of strings/],
    [{ prefix: null }, /anything-but with prefix needs/],
    [{ prefix: { 'equals-ignore-case': 'a' } }, /anything-but with prefix needs/],
    [{ prefix: [] }, /anything-but with prefix needs .* got \[\]/],
    [{ suffix: [] }, /anything-but with suffix needs/],
    [{ 'equals-ignore-case': 5 }, /anything-but with equals-ignore-case needs/],
    [{ 'equals-ignore-case': ['a', null] }, /anything-but with equals-ignore-case needs/],
    [{ 'equals-ignore-case': [] }, /anything-but with equals-ignore-case needs/],
    [{ wildcard: 5 }, /anything-but with wildcard needs/],
    [{ wildcard: ['a*', 5] }, /anything-but with wildcard needs/],
    [{ wildcard: '**' }, /two "\*" in a row/],
    [{ wildcard: ['a*', 'a\\b'] }, /invalid escape/],
  ])('given anything-but %j, it is refused', (operand, message) =>
    expectRefusal({ a: [{ 'anything-but': operand }] }, message),
  );
});

describe('numeric', () => {
  test.each<Row>([
    ['>', /an array is missing/],
    [5, /an array is missing/],
    [[], /operator undefined is unknown in numeric \[\]; allowed: \["=", n\]/],
    [[5], /operator 5 is unknown/],
    [['!=', 5], /operator "!=" is unknown/],
    [['='], /= is not followed by a number/],
    [['=', '5'], /= is not followed by a number/],
    [['>', null], /> is not followed by a number/],
    [['=', 5, 6], /too many elements/],
    [['<', 5, '>', 0], /too many elements/],
    [['<=', 5, '>=', 0], /too many elements/],
    [['>', 0, '<', 5, 6], /too many elements/],
    [['>', 0, 5], /upper bound operator 5 is neither/],
    [['>', 0, '>', 5], /upper bound operator ">" is neither "<" nor "<="/],
    [['>', 0, '=', 5], /upper bound operator "=" is neither/],
    [['>', 0, '<'], /< is not followed by a number/],
    [['>', 0, '<', '5'], /< is not followed by a number/],
    [['>', 5, '<', 0], /lower bound is not less than the upper/],
    [['>=', 5, '<=', 5], /lower bound is not less than the upper/],
    [['>', Number.MAX_VALUE], /lower bound is not less than the upper/],
    [['<', -Number.MAX_VALUE], /lower bound is not less than the upper/],
    [['>', Number.POSITIVE_INFINITY], /> is not followed by a number/],
  ])('given numeric %j, it is refused', (numeric, message) => expectRefusal({ a: [{ numeric }] }, message));
});

describe('cidr', () => {
  test.each<Row>([
    [5, /cidr needs a string, got 5/],
    ['10.0.0.0', /must have one "\/", and a whole number after it; allowed: an IPv4 address with \/0 to \/31/],
    ['8', /must have one "\/"/],
    ['10.0.0.0/8/9', /must have one "\/"/],
    ['10.0.0.0/', /whole number/],
    ['/', /whole number/],
    ['10.0.0.0/x', /whole number/],
    ['10.0.0.0/8.5', /whole number/],
    ['10.0.0.0/x8', /whole number/],
    ['10.0.0.0/8x', /whole number/],
    ['10.0.0.0/ 8', /whole number/],
    ['/8', /begin with an IP address/],
    ['10.0.0/8', /begin with an IP address/],
    ['256.0.0.0/8', /begin with an IP address/],
    ['host/8', /begin with an IP address/],
    ['2001:db8/32', /begin with an IP address/],
    ['::ffff:10.0.0.0/24', /begin with an IP address/],
    ['10.0.0.0/-1', /mask of 0 to 31 bits/],
    ['10.0.0.0/32', /mask of 0 to 31 bits/],
    ['2001:db8::/128', /mask of 0 to 127 bits/],
    ['::ffff:a00:0/120', /mask of 0 to 31 bits/],
  ])('given cidr %j, it is refused', (cidr, message) => expectRefusal({ a: [{ cidr }] }, message));
});

describe('$or', () => {
  test.each<Row>([
    ['x', /at "\$or": "\$or" needs an array of at least two objects, got "x"/],
    [[], /at least two objects/],
    [[{ a: [1] }], /at least two objects/],
    [['x', { a: [1] }], /at least two objects/],
    [[null, { a: [1] }], /at least two objects/],
    [[{ a: [1] }, {}], /empty object/],
    [[{ a: [1] }, { b: [] }], /at "b": an empty array/],
    [[{ a: [1] }, { b: 'x' }], /at "b": it must be/],
    [[{ a: [1] }, { b: [{ prefix: 3 }] }], /at "b": prefix needs a string/],
    [[{ a: [1] }, { b: { $or: [{ c: [1] }] } }], /at "b.\$or": .*at least two objects/],
    [[{ a: [1] }, { numeric: ['x'] }], /"numeric" is reserved/],
    [[{ a: [1] }, { b: { prefix: ['x'] } }], /at "b.prefix": "prefix" is reserved and cannot be a field inside "\$or"/],
    [[{ a: [1] }, { regex: ['x'] }], /"regex" is reserved/],
    [[{ a: [1] }, { '<=': ['x'] }], /"<=" is reserved/],
    [[{ a: [1] }, { 'in-date-range': ['x'] }], /"in-date-range" is reserved/],
  ])('given $or %j, it is refused', ($or, message) => expectRefusal({ $or }, message));

  test('given $or as a field name, operators that the older grammar lacks are refused with it', () => {
    for (const operand of [{ wildcard: 'a*' }, { prefix: ['a', 'b'] }, { suffix: ['a'] }]) {
      expectRefusal({ $or: ['x'], a: [{ 'anything-but': operand }] }, /"\$or" needs an array of at least two objects/);
    }
    for (const operand of [{ prefix: 'a' }, { suffix: 'a' }, { 'equals-ignore-case': ['a', 'b'] }, ['a', 'b'], 5]) {
      expect(() => compileEventPattern({ $or: ['x'], a: [{ 'anything-but': operand }] })).not.toThrow();
    }
  });

  test('given reserved names outside $or, they are ordinary fields', () => {
    expect(compileEventPattern({ prefix: ['x'] })({ prefix: 'x' })).toBe(true);
  });

  test('given more than 1,000 combinations, it is refused before they are built', () => {
    const ten = (name: string) => ({ $or: Array.from({ length: 10 }, (_, n) => ({ [name]: [n] })) });
    const levels = (depth: number) => Object.fromEntries(Array.from({ length: depth }, (_, n) => [`l${n}`, ten('x')]));
    expect(() => compileEventPattern(levels(3))).not.toThrow();
    expectRefusal(levels(30), /^Invalid event pattern: "\$or" makes more than 1000 combinations$/);
  });

  test('given alternatives with alternatives of their own, all of them count', () => {
    const alternatives = (count: number) => Array.from({ length: count }, () => ({ a: [1] }));
    const twoTimes = (count: number) => ({ $or: [{ $or: alternatives(count) }, { $or: alternatives(count) }] });
    expect(() => compileEventPattern({ $or: alternatives(100) })).not.toThrow();
    expect(() => compileEventPattern({ x: twoTimes(20), y: { $or: alternatives(25) } })).not.toThrow();
    expectRefusal({ x: twoTimes(20), y: { $or: alternatives(26) } }, /more than 1000 combinations/);
    expectRefusal({ x: twoTimes(10), y: twoTimes(5), z: twoTimes(3) }, /more than 1000 combinations/);
  });

  test('given many values of several fields, they are no combinations', () => {
    const values = Array.from({ length: 40 }, (_, value) => value);
    expect(() => compileEventPattern({ a: values, b: values, $or: [{ c: values }, { d: values }] })).not.toThrow();
  });

  test('given more than 1,000 plain values, it is a field name and takes them', () => {
    expect(compileEventPattern({ $or: Array(1001).fill(7) })({ $or: 7 })).toBe(true);
  });
});

describe('the dialect of pipes', () => {
  test.each<Row>([
    [{ wildcard: 'a*' }, /a pipe does not support wildcard/],
    [{ 'anything-but': { prefix: 'a' } }, /a pipe does not support anything-but with prefix/],
    [{ 'anything-but': { suffix: 'a' } }, /a pipe does not support anything-but with suffix/],
    [{ 'anything-but': { 'equals-ignore-case': 'a' } }, /a pipe does not support anything-but with equals-ignore-case/],
    [{ 'anything-but': { wildcard: 'a*' } }, /a pipe does not support anything-but with wildcard/],
  ])('given %j, it is refused', (expression, message) => {
    expect(() => compileEventPattern({ a: [expression] }, { dialect: 'pipes' })).toThrow(message);
    expect(() => compileEventPattern({ a: [expression] }, { dialect: 'rules' })).not.toThrow();
  });

  test.each([
    { prefix: 'a' },
    { suffix: { 'equals-ignore-case': 'a' } },
    { 'equals-ignore-case': 'a' },
    { 'anything-but': ['a'] },
    { numeric: ['>', 5] },
    { exists: false },
    { cidr: '10.0.0.0/8' },
  ])('given %j, it is accepted', (expression) => {
    expect(() => compileEventPattern({ a: [expression] }, { dialect: 'pipes' })).not.toThrow();
  });

  test('given the filter for new rows of a stream, only an insert passes', () => {
    const passes = compileEventPattern({ eventName: ['INSERT'] }, { dialect: 'pipes' });
    expect(['INSERT', 'MODIFY', 'REMOVE'].map((eventName) => passes({ eventName, dynamodb: {} }))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
