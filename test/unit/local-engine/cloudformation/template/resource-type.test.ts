import { describe, expect, test } from '@jest/globals';
import {
  checkChoice,
  checkRange,
  type PropertyShape,
  wholeNumber,
  withoutInert,
} from '../../../../../packages/local-engine/cloudformation/template/resource-type.ts';

describe('the properties that have an effect', () => {
  const SHAPE: PropertyShape = {
    Name: 'used',
    Tags: 'inert',
    Policy: 'json',
    Targets: [{ Id: 'used', Description: 'inert' }],
    Config: { Mode: 'used', Comment: 'inert' },
    Names: ['used'],
  };

  test.each([
    { given: 'used and inert ones', value: { Name: 'a', Tags: ['x'] }, used: { Name: 'a' } },
    {
      given: 'an inert one within another',
      value: { Config: { Mode: 1, Comment: 'x' } },
      used: { Config: { Mode: 1 } },
    },
    {
      given: 'an inert one of the items of a list',
      value: { Targets: [{ Id: 'a', Description: 'x' }, { Id: 'b' }] },
      used: { Targets: [{ Id: 'a' }, { Id: 'b' }] },
    },
    {
      given: 'any JSON, whose members may be called like inert ones',
      value: { Policy: { Tags: ['x'], Description: [{ Comment: 1 }] } },
      used: { Policy: { Tags: ['x'], Description: [{ Comment: 1 }] } },
    },
    { given: 'a list of texts', value: { Names: ['a', 'b'] }, used: { Names: ['a', 'b'] } },
    {
      given: 'a text where an object belongs',
      value: { Config: 'x', Targets: null },
      used: { Config: 'x', Targets: null },
    },
    { given: 'one that the shape does not have', value: { Other: { Tags: 1 } }, used: { Other: { Tags: 1 } } },
  ])('given $given, they are $used', ({ value, used }) => {
    expect(withoutInert(value, SHAPE)).toEqual(used);
  });
});

test('a value of a shape that is not known in parts is given as it is', () => {
  for (const shape of ['used', 'json', 'inert'] as const) {
    const value = { Name: ['a'] };
    expect(withoutInert(value, shape)).toBe(value);
  }
});

describe('a property that is a whole number', () => {
  test.each([
    [10, 10],
    ['10', 10],
    [' 10 ', 10],
    [0, 0],
    [-1, -1],
    [undefined, 7],
  ])('given %j, it is %i', (value, number) => {
    expect(wholeNumber(value, 7)).toBe(number);
  });

  test.each(['ten', '', ' ', '1.5', 1.5, null, true, [], {}])('given %j, it is refused', (value) => {
    expect(() => wholeNumber(value, 7)).toThrow(`has ${JSON.stringify(value)} where a whole number is required.`);
  });

  test.each([1, '1', 900, undefined])('given %j, it is from 1 to 900', (value) => {
    expect(() => checkRange('Timeout', value, 1, 900)).not.toThrow();
  });

  test.each([0, 901, '901', -1])('given %j, it is not from 1 to 900', (value) => {
    expect(() => checkRange('Timeout', value, 1, 900)).toThrow(`has the Timeout ${value}; it must be from 1 to 900.`);
  });
});

describe('a property that is one of some values', () => {
  test.each([undefined, 'JSON', 'Text'])('given %j, it may be so', (value) => {
    expect(() => checkChoice('LogFormat', value, ['JSON', 'Text'])).not.toThrow();
  });

  test.each(['text', '', null, 1])('given %j, it is refused, and the error says what it may be', (value) => {
    expect(() => checkChoice('LogFormat', value, ['JSON', 'Text'])).toThrow(
      `has the LogFormat ${JSON.stringify(value)}; it must be JSON or Text.`,
    );
  });
});
