import { describe, expect, test } from '@jest/globals';
import { matchesEventPattern } from '../support/event-bridge.ts';

/** The entries of one field's array, the values it accepts, and the values it does not. */
type Row = [entry: unknown, accepted: unknown[], refused: unknown[]];

function expectValues(entry: unknown, accepted: unknown[], refused: unknown[]): void {
  const pattern = { value: Array.isArray(entry) ? entry : [entry] };
  const verdicts = [...accepted, ...refused].map((value) => [value, matchesEventPattern(pattern, { value })]);
  expect(verdicts).toEqual([...accepted.map((value) => [value, true]), ...refused.map((value) => [value, false])]);
}

describe('plain values', () => {
  test.each<Row>([
    ['NEW', ['NEW'], ['new', 'NEW ', '', null, 0, 'N']],
    ['', [''], [null, ' ', []]],
    [null, [null], ['null', '', 0, false]],
    [true, [true], ['true', false, 1]],
    [300, [300, 300.0, 3.0e2], ['300', 301, -300]],
    [0, [0, -0], ['0', null, false, '']],
    [9007199254740991, [9007199254740991], [9007199254740990]],
    ['300', ['300'], [300]],
    ['é', ['é'], ['e\u0301', 'É', 'e']],
    ['a.b*c\\', ['a.b*c\\'], ['a.bxc\\']],
    [
      ['x', 5, null],
      ['x', 5, null],
      ['5', 'null', false],
    ],
  ])('given %j, only the same value of the same type matches', expectValues);

  test('given a number too large for a double, when the event has it too, it matches and stays comparable to nothing', () => {
    const pattern = JSON.parse('{"value":[1e400, 5]}');
    expect(matchesEventPattern(pattern, JSON.parse('{"value":1e400}'))).toBe(true);
    expect(matchesEventPattern(pattern, { value: 5 })).toBe(true);
    expect(matchesEventPattern({ value: [{ numeric: ['>', 5] }] }, JSON.parse('{"value":1e400}'))).toBe(false);
  });

  test('given "exactly", an IP address is compared as text', () => {
    expectValues({ exactly: '10.0.0.7' }, ['10.0.0.7'], ['10.0.0.07', '::ffff:a00:7', '10.0.0.70']);
  });
});

describe('prefix and suffix', () => {
  test.each<Row>([
    [{ prefix: 'user-' }, ['user-', 'user-1'], ['User-1', 'a user-1', 1, null]],
    [{ prefix: '' }, ['', 'x'], [5, null, true]],
    [{ suffix: '.png' }, ['.png', 'a.png'], ['a.PNG', 'a.png ', null]],
    [{ suffix: '' }, ['', 'x'], [5, null, true]],
    [{ prefix: '😀' }, ['😀a'], ['😁a']],
    [{ suffix: '大雨' }, ['大雨', 'x大雨'], ['雨']],
    [{ prefix: { 'equals-ignore-case': 'éA' } }, ['Éa', 'éAb'], ['ea', 'xéA', 5]],
    [{ prefix: { 'equals-ignore-case': '' } }, ['', 'x'], [5, null]],
    [{ suffix: { 'equals-ignore-case': '.Png' } }, ['.png', 'A.PNG'], ['png', '.png ', 5]],
    [{ prefix: { 'equals-ignore-case': '5' } }, ['51'], [5, 51]],
    [{ suffix: { 'equals-ignore-case': '5' } }, ['15'], [5, 15]],
    [{ suffix: { 'equals-ignore-case': 'ß' } }, ['ß', 'GROSS'], ['gross', 'S']],
  ])('given %j', expectValues);

  test('given text that ends with the closing quote of the value, the engine compares that too', () => {
    expectValues({ prefix: 'abc"' }, ['abc', 'abc"d'], ['abcd', 'ab']);
    expectValues({ suffix: '"abc' }, ['abc', 'x"abc'], ['xabc', 'bc']);
    expectValues({ prefix: { 'equals-ignore-case': 'ABC"' } }, ['abc'], ['abcd']);
    expectValues({ suffix: { 'equals-ignore-case': '"ABC' } }, ['abc'], ['xabc']);
  });
});

describe('equals-ignore-case', () => {
  test.each<Row>([
    [{ 'equals-ignore-case': 'Alice' }, ['alice', 'ALICE', 'aLiCe'], ['alice ', 'alic', 'xalice', 5, null]],
    [{ 'equals-ignore-case': '' }, [''], ['a', null]],
    [{ 'equals-ignore-case': 'É' }, ['é', 'É'], ['e', 'e\u0301']],
    [{ 'equals-ignore-case': 'straße' }, ['STRASSE', 'straße', 'Straße'], ['strasse']],
    [{ 'equals-ignore-case': 'ss' }, ['SS', 'sS'], ['ß']],
    [{ 'equals-ignore-case': 'İ' }, ['İ', 'i\u0307'], ['i', 'I']],
    [{ 'equals-ignore-case': 'σ' }, ['σ', 'Σ'], ['ς']],
    [{ 'equals-ignore-case': 'a😀' }, ['A??'], ['a😀', 'A😀']],
  ])('given %j, the pattern is folded letter by letter', expectValues);
});

describe('wildcard', () => {
  test.each<Row>([
    [{ wildcard: '*' }, ['', 'a', 'a/b'], [5, null]],
    [{ wildcard: 'a*' }, ['a', 'abc', 'a*'], ['ba', '']],
    [{ wildcard: '*a' }, ['a', 'cba'], ['ab']],
    [{ wildcard: 'a*a' }, ['aa', 'aba', 'aaa'], ['a', 'ab']],
    [{ wildcard: '*ab*b' }, ['abb', 'xabab'], ['ab', 'abx']],
    [{ wildcard: '*b*' }, ['b', 'abc'], ['ac']],
    [{ wildcard: 'a*b*c' }, ['abc', 'axbxc', 'abbcc', 'abcbc'], ['acb', 'ac', 'abcd']],
    [{ wildcard: 'arn:*:table/*/stream' }, ['arn:aws:table/users/stream'], ['arn:aws:table/users']],
    [{ wildcard: 'x\\*y' }, ['x*y'], ['xy', 'xzy', 'x\\*y']],
    [{ wildcard: 'x\\\\*' }, ['x\\', 'x\\y'], ['x', 'x*']],
    [{ wildcard: '*\\*' }, ['*', 'a*'], ['a']],
    [{ wildcard: '\\**' }, ['*', '*a'], ['a']],
    [{ wildcard: 'abc' }, ['abc'], ['abcd']],
    [{ wildcard: '' }, [''], ['a', null]],
    [{ wildcard: '[a].?' }, ['[a].?'], ['ax']],
    [{ wildcard: 'a b\n*' }, ['a b\n', 'a b\nc'], ['ab\n', 'a b']],
  ])('given %j', expectValues);

  test('given many wildcards and a long value, matching does not backtrack', () => {
    const pattern = { value: [{ wildcard: '*a*a*a*a*b' }] };
    expect(matchesEventPattern(pattern, { value: 'a'.repeat(200_000) })).toBe(false);
  });
});

describe('anything-but', () => {
  test.each<Row>([
    [{ 'anything-but': 'x' }, ['y', 'X', '', 5, null, true, 'xx'], ['x']],
    [{ 'anything-but': '' }, ['y', null], ['']],
    [{ 'anything-but': 100 }, ['100', 99, null, false], [100, 100.0, 1e2]],
    [{ 'anything-but': 0 }, ['0', 1], [0, -0]],
    [{ 'anything-but': ['x', 'y'] }, ['z', 5, null], ['x', 'y']],
    [{ 'anything-but': [1, 2] }, ['1', 3, null], [1, 2]],
    [{ 'anything-but': '10.0.0.7' }, ['10.0.0.07', '::ffff:a00:7', 5], ['10.0.0.7']],
    [{ 'anything-but': { prefix: 'in' } }, ['out', 'IN', 5, null, ''], ['in', 'init']],
    [{ 'anything-but': { prefix: ['a', 'b'] } }, ['c', 5], ['ab', 'b']],
    [{ 'anything-but': { suffix: '.png' } }, ['.jpg', 5, null], ['a.png', '.png']],
    [{ 'anything-but': { suffix: ['g', 'h'] } }, ['ga', ''], ['ag', 'h']],
    [{ 'anything-but': { 'equals-ignore-case': 'Init' } }, ['inits', 5, null], ['init', 'INIT']],
    [{ 'anything-but': { 'equals-ignore-case': ['a', ''] } }, ['b', null], ['A', '']],
    [{ 'anything-but': { wildcard: '*/bin/*' } }, ['/lib/x', 5, null], ['/bin/x', 'a/bin/']],
    [{ 'anything-but': { wildcard: ['a*', '*b', ''] } }, ['cc', null], ['ac', 'cb', '']],
  ])('given %j, every other value matches, of whatever type', expectValues);

  test('given an event without the field, or with an empty array or object there, it does not match', () => {
    const pattern = { value: [{ 'anything-but': 'x' }] };
    expect([{}, { value: [] }, { value: {} }].map((event) => matchesEventPattern(pattern, event))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('given an array in the event, one element that differs is enough', () => {
    const pattern = { value: [{ 'anything-but': 'x' }] };
    expect(matchesEventPattern(pattern, { value: ['x', 'y'] })).toBe(true);
    expect(matchesEventPattern(pattern, { value: ['x', 'x'] })).toBe(false);
  });
});

describe('numeric', () => {
  test.each<Row>([
    [{ numeric: ['=', 3.018e2] }, [301.8], [301, '301.8', null]],
    [{ numeric: ['=', 0] }, [0, -0], [Number.MIN_VALUE]],
    [{ numeric: ['>', 0] }, [Number.MIN_VALUE, 1e308], [0, -1, '1', true, null]],
    [{ numeric: ['>=', 0] }, [0, 1], [-Number.MIN_VALUE]],
    [{ numeric: ['<', 10] }, [9.999999, -1e308], [10, 11]],
    [{ numeric: ['<=', 10] }, [10, -5], [10.000001]],
    [{ numeric: ['>', 0, '<=', 5] }, [0.000001, 5], [0, 5.000001]],
    [{ numeric: ['>=', 0, '<', 5] }, [0, 4.999999], [5]],
    [{ numeric: ['=', 9007199254740991] }, [9007199254740991], [9007199254740990]],
    [{ numeric: ['>', 5e9] }, [6e9], [5e9]],
    [{ numeric: ['>', 1] }, [Number.MAX_VALUE], [-Number.MAX_VALUE]],
    [{ numeric: ['<', 1] }, [-Number.MAX_VALUE], [Number.MAX_VALUE]],
  ])('given %j, only numbers in range match', expectValues);

  test('given an array in the event, any number in range matches', () => {
    expect(matchesEventPattern({ value: [{ numeric: ['>', 5] }] }, { value: ['9', 1, 7] })).toBe(true);
  });
});

describe('exists', () => {
  test.each([
    [true, { value: 'x' }, true],
    [true, { value: null }, true],
    [true, { value: '' }, true],
    [true, { value: [1] }, true],
    [true, { value: [[], [null]] }, true],
    [true, {}, false],
    [true, { value: {} }, false],
    [true, { value: [] }, false],
    [true, { value: [{}] }, false],
    [true, { value: { a: 1 } }, false],
    [false, {}, true],
    [false, { value: {} }, true],
    [false, { value: [] }, true],
    [false, { value: { a: 1 } }, true],
    [false, { value: null }, false],
    [false, { value: ['x'] }, false],
  ])('given exists %j and event %j, it matches: %j, because only a leaf exists', (exists, event, expected) => {
    expect(matchesEventPattern({ value: [{ exists }] }, event)).toBe(expected);
  });

  test('given exists false among other values, absence and each value match', () => {
    const pattern = { value: ['x', { exists: false }] };
    expect(matchesEventPattern(pattern, {})).toBe(true);
    expect(matchesEventPattern(pattern, { value: 'x' })).toBe(true);
    expect(matchesEventPattern(pattern, { value: 'y' })).toBe(false);
  });

  test('given exists false under a missing parent, it matches', () => {
    const pattern = { detail: { error: { code: [{ exists: false }] } } };
    expect(matchesEventPattern(pattern, {})).toBe(true);
    expect(matchesEventPattern(pattern, { detail: { error: 'text' } })).toBe(true);
    expect(matchesEventPattern(pattern, { detail: { error: { code: 0 } } })).toBe(false);
  });
});

describe('IP addresses', () => {
  test.each<Row>([
    [{ cidr: '10.0.0.0/24' }, ['10.0.0.0', '10.0.0.255', '010.0.0.7'], ['10.0.1.0', '9.255.255.255', 'x', 10, null]],
    [{ cidr: '10.0.0.77/24' }, ['10.0.0.0', '10.0.0.255'], ['10.0.1.0']],
    [{ cidr: '255.255.255.255/31' }, ['255.255.255.254', '255.255.255.255'], ['255.255.255.253']],
    [{ cidr: '0.0.0.0/0' }, ['1.2.3.4', '255.255.255.254'], ['256.0.0.1', '1.2.3', '1.2.3.4.5', ' 1.2.3.4']],
    [{ cidr: '10.0.0.0/8/' }, ['10.9.9.9'], ['11.0.0.0']],
    [{ cidr: '10.0.0.0/8//' }, ['10.9.9.9'], ['11.0.0.0']],
    [{ cidr: '10.0.0.0/+8' }, ['10.9.9.9'], ['11.0.0.0']],
    [
      { cidr: '2001:db8::/32' },
      ['2001:db8::1', '2001:0DB8:ffff::', '2001:db8:0:0:0:0:0:1'],
      ['2001:db9::', '2001:db8'],
    ],
    [{ cidr: '2001:db8::/127' }, ['2001:db8::', '2001:db8::1'], ['2001:db8::2']],
    [{ cidr: '::ffff:a00:0/24' }, ['10.0.0.200', '::ffff:a00:c8'], ['10.0.1.0', '::ffff:10.0.0.200']],
    ['10.0.0.7', ['10.0.0.7', '010.0.0.007', '::ffff:a00:7'], ['10.0.0.70', '10.0.0.8', '0000010.0.0.0007']],
    ['2001:DB8::1', ['2001:db8::1', '2001:db8:0:0:0:0:0:1', '2001:0db8::0001'], ['2001:db8::2', '2001:db8:::1']],
    ['2001:db8::1', ['2001:db8::1'], ['2001:db8::1x', '2001:db8::1::1', '2001:db8::1.']],
    ['1:2:3:4:5:6:7:0', ['1:2:3:4:5:6:7::', '01:2:3:4:5:6:7:0'], ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:0:0']],
    ['12:34', ['12:34'], ['12:034', '0012:34']],
    ['x:db8::1', ['x:db8::1'], ['y:db8::1', 'x:db8::01']],
    ['10000:1::', ['10000:1::'], ['10000:01::']],
    ['1::10000', ['1::10000'], ['01::10000']],
    ['1::2::3', ['1::2::3'], ['01::2::3']],
    ['256.1.1.1', ['256.1.1.1'], ['256.01.1.1']],
    ['::', ['::', '0:0:0:0:0:0:0:0'], [':', '::0:0:0:0:0:0:0:0', '0']],
    [['10.0.0.7', { 'anything-but': '10.0.0.7' }], ['10.0.0.7', '10.0.0.8', 'x'], []],
  ])('given %j, an address matches however it is written', expectValues);

  test('given an address of the other family, its leading digits decide, as in the engine', () => {
    expectValues({ cidr: '0.0.0.0/0' }, ['2001:db8::1'], []);
    expectValues({ cidr: '10.0.0.0/24' }, ['a00:5::', 'a00:ff:1::'], ['2001:db8::1', 'a00:100::']);
    expectValues({ cidr: '2000::/4' }, ['33.0.0.0', '47.255.255.254'], ['32.0.0.0', '47.255.255.255', '48.0.0.0']);
  });
});

test('given a value that is nearly an address and very long, cidr reads it once', () => {
  expect(matchesEventPattern({ a: [{ cidr: '::/0' }] }, { a: `${':'.repeat(1_000_000)}x` })).toBe(false);
});
