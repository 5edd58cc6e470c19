import { describe, expect, it } from '@jest/globals';
import { anyOf, flag, group, quote, text, wholeNumber } from '../../../../services/shared/field.ts';

const FIELDS = {
  text: text('abc', /^[a-z]+$/, 'letters'),
  number: wholeNumber(5, 1, 10),
  flag: flag(true),
  choice: anyOf('one', ['one', 'two']),
  numbers: anyOf(1, [1, 3]),
};

describe('a setting', () => {
  it.each([
    ['text', 'xyz'],
    ['number', 1],
    ['number', 10],
    ['flag', true],
    ['flag', false],
    ['choice', 'two'],
    ['numbers', 3],
  ] as const)('that is a %s accepts %j', (name, value) => {
    expect(FIELDS[name].accepts(value)).toBe(true);
  });

  it.each([
    ['text', 'x1'],
    ['text', ''],
    // As a text, it would fit.
    ['text', { toString: () => 'abc' }],
    ['text', ['abc']],
    ['number', 0],
    ['number', 11],
    ['number', 1.5],
    ['number', '5'],
    ['number', Number.NaN],
    ['flag', 'true'],
    ['flag', 0],
    ['flag', null],
    ['choice', 'three'],
    ['choice', undefined],
    ['numbers', '1'],
    ['numbers', 2],
  ] as const)('that is a %s refuses %j', (name, value) => {
    expect(FIELDS[name].accepts(value)).toBe(false);
  });

  it.each(Object.entries(FIELDS))('that is a %s accepts its default', (_name, field) => {
    expect(field.accepts(field.default)).toBe(true);
  });

  it.each([
    ['text', 'letters'],
    ['number', 'a whole number from 1 to 10'],
    ['flag', 'true or false'],
    ['choice', 'one of one, two'],
  ] as const)('that is a %s says what it may be', (name, allowed) => {
    expect(FIELDS[name].allowed).toBe(allowed);
  });
});

describe('a group of settings', () => {
  const { number, flag: isOn } = FIELDS;
  const both = group<{ days?: number; isOn?: boolean }>({ days: number, isOn });

  it.each([{}, { days: 1 }, { days: 1, isOn: false }])('accepts %j', (value) => {
    expect(both.accepts(value)).toBe(true);
  });

  it.each([[{ days: 0 }], [{ days: 1, isOn: 'yes' }], [{ day: 1 }], [[]], [null], ['days']])('refuses %j', (value) => {
    expect(both.accepts(value)).toBe(false);
  });

  it('is empty by default, and says what it may hold', () => {
    expect(both.default).toEqual({});
    expect(both.allowed).toBe('an object with any of days (a whole number from 1 to 10), isOn (true or false)');
    expect(Object.keys(both.fields ?? {})).toEqual(['days', 'isOn']);
  });
});

describe('a received value', () => {
  it.each([
    ['nothing', undefined, 'nothing'],
    ['a text', 'a', '"a"'],
    ['an object', { a: [1] }, '{"a":[1]}'],
    ['what JSON has no form for', Symbol('x'), 'Symbol(x)'],
    ['what fills a line', 'x'.repeat(98), `"${'x'.repeat(98)}"`],
    ['what is longer', 'x'.repeat(99), `"${'x'.repeat(98)}…`],
  ])('that is %s is quoted in at most a line', (_case, value, quoted) => {
    expect(quote(value)).toBe(quoted);
    expect(quote(value).length).toBeLessThanOrEqual(100);
  });
});
