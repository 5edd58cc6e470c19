import { expect, test } from '@jest/globals';
import { defineSimulate, seedsOf } from '../../../../tools/simulate/arguments.ts';

function optionsOf(...given: readonly string[]) {
  const command = defineSimulate().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  return command.parse(given, { from: 'user' }).opts();
}

test('without arguments there are 500 seeds of five sign-ups', () => {
  const options = optionsOf();
  expect(options).toMatchObject({ events: 5 });
  const seeds = seedsOf(options);
  expect([seeds.length, seeds[0], seeds.at(-1)]).toEqual([500, '1', '500']);
});

test('one seed may be any text', () => {
  const options = optionsOf('--seed', 'a text', '--events', '9');
  expect([seedsOf(options), options.events]).toEqual([['a text'], 9]);
});

test('a long run can go on where an earlier one ended', () => {
  expect(seedsOf(optionsOf('--from', '10001', '--seeds', '3'))).toEqual(['10001', '10002', '10003']);
});

test.each([
  ['--seeds', '0'],
  ['--seeds', 'many'],
  ['--from', '0'],
  ['--events', '51'],
  ['--events', '1.5'],
  ['--sedes', '3'],
])('%s %s is refused, and named', (...given) => {
  expect(() => optionsOf(...given)).toThrow(given[0]);
});

test('one seed, and also a number of seeds, is refused: which of them is meant?', () => {
  expect(() => optionsOf('--seed', '471', '--seeds', '3')).toThrow(
    /'--seed <text>' cannot be used with option '--seeds/,
  );
});

test('what is no option is refused: npm takes options away that are not after --', () => {
  expect(() => optionsOf('3')).toThrow(/too many arguments/);
});
