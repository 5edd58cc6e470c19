import { expect, test } from '@jest/globals';
import type { SampleOutcome } from '../../../../cli/commands/dev/sample-registration.ts';
import { summarizeSamples } from '../../../../cli/commands/dev/samples-summary.ts';

const done = { existed: false, times: {}, uri: 's3://x' };

test('nobody to register is nothing to say', () => {
  expect(summarizeSamples(new Map(), 30)).toEqual({ text: '' });
});

test('when all are recorded there is no problem', () => {
  const outcomes = new Map([
    ['a', done],
    ['b', done],
  ]);
  expect(summarizeSamples(outcomes, 30)).toEqual({ text: '2 of 2 sample users have their bucket.\n' });
});

test('a reason that differs only in the bucket is told once', () => {
  const denied = (bucket: string) => ({ existed: false, times: {}, problem: `denied on arn:aws:s3:::${bucket}` });
  const outcomes = new Map<string, SampleOutcome>([
    ['a', denied('siu-a-1714458435')],
    ['b', denied('siu-b-1714458436')],
  ]);
  expect(summarizeSamples(outcomes, 30).problem).toBe(
    '2 of 2 sample users not recorded within 30 s: a, b: denied on arn:aws:s3:::siu-a-1714458435',
  );
});

test('those who are not are named in one line with how far they came', () => {
  const stuck = { existed: false, times: {}, problem: 'its event is on the bus' };
  const outcomes = new Map<string, SampleOutcome>([
    ['a', stuck],
    ['b', done],
    ['c', stuck],
    ['d', { existed: false, times: {}, problem: 'no row' }],
  ]);
  expect(summarizeSamples(outcomes, 30)).toEqual({
    text: '1 of 4 sample users have their bucket.\n',
    problem: '3 of 4 sample users not recorded within 30 s: a, c: its event is on the bus | d: no row',
  });
});
