import { expect, test } from '@jest/globals';
import { readArguments } from '../../../../tools/simulate/arguments.ts';

test('without arguments there are 500 seeds of five sign-ups', () => {
  expect(readArguments([])).toEqual({ seeds: 500, events: 5, isJson: false });
});

test('one seed may be any text', () => {
  expect(readArguments(['--seed', 'a text', '--events', '9'])).toEqual({
    seeds: 500,
    seed: 'a text',
    events: 9,
    isJson: false,
  });
});

test('the summary may be JSON', () => {
  expect(readArguments(['--json'])).toMatchObject({ isJson: true });
});

test('help is help', () => {
  expect(readArguments(['--help'])).toBe('help');
});

test.each([['--seeds', '0'], ['--seeds', 'many'], ['--events', '51'], ['--events', '1.5'], ['--sedes', '3'], ['3']])(
  '%s %s is refused, and named',
  (...given) => {
    expect(readArguments(given)).toEqual({ problem: expect.stringContaining(given[0] ?? '') });
  },
);
