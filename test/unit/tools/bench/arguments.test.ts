import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MEASURES, usageProblem } from '../../../../tools/bench/arguments.ts';

const HERE = join(import.meta.dirname, '..', '..', '..', '..');

test('all measures are there, also for a comparison', () => {
  const names = Object.keys(MEASURES);
  expect(usageProblem({ names })).toBeUndefined();
  expect(usageProblem({ names, against: HERE })).toBeUndefined();
});

test('a measure that does not exist is named', () => {
  expect(usageProblem({ names: ['start', 'strat'] })).toMatch(
    /^There is no measure strat; there are start, .*, commands\.$/,
  );
});

test('a folder that has no such measure is refused before anything is run', () => {
  const against = join(HERE, 'docs');
  expect(usageProblem({ names: ['start'], against })).toBe(
    `There is no ${join(against, 'tools/bench/measures/start.ts')}: --against needs a checkout of this project that has the same measures.`,
  );
});
