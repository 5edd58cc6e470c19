import { expect, test } from '@jest/globals';
import { Progress } from '../../../../tools/simulate/progress.ts';

test('given a terminal, the line is written again every second', () => {
  const written: string[] = [];
  let now = 5000;
  const progress = new Progress({ total: 10, now: () => now, write: (text) => void written.push(text) });
  for (const failure of [undefined, 'seed 2 breaks a promise', undefined, undefined]) {
    now += 500;
    progress.note(failure === undefined ? {} : { failure });
  }
  expect(written).toEqual([
    '\r2 of 10 schedules, 2.0 in a second, 1 broke a promise',
    '\r4 of 10 schedules, 2.0 in a second, 1 broke a promise',
  ]);
});

test('given other text, it gets the line for itself', () => {
  const written: string[] = [];
  new Progress({ total: 1, now: () => 0, write: (text) => void written.push(text) }).clear();
  expect(written).toEqual(['\r\u001b[K']);
});
