import { expect, test } from '@jest/globals';
import { timeText } from '../../../console/page/texts.ts';

const AT = new Date(2026, 10, 29, 9, 5, 7).getTime();
const DAY_MS = 86_400_000;

test('a time of today is a time of day', () => {
  expect(timeText(AT, AT + 1000)).toMatch(/^09:05:07$/);
});

test.each([
  ['forty days ago', AT + 40 * DAY_MS],
  ['of tomorrow', AT - DAY_MS],
  ['that stands alone', undefined],
])('one %s has its day', (_, now) => {
  expect(timeText(AT, now)).toMatch(/29.* 09:05:07$/);
});
