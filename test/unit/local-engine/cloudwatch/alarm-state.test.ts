import { describe, expect, test } from '@jest/globals';
import {
  type AlarmLimits,
  type AlarmState,
  judge,
  type MissingData,
} from '../../../../packages/local-engine/cloudwatch/alarm-state.ts';

const LIMIT = 10;

const limits = (datapointsToAlarm: number, missingData: MissingData): AlarmLimits => {
  return { comparison: 'GreaterThanThreshold', threshold: LIMIT, evaluationPeriods: 3, datapointsToAlarm, missingData };
};

/** Data points as AWS writes them: X breaches the threshold, 0 does not, - is missing. */
const pointsOf = (text: string) =>
  text.split(' ').map((each) => (each === '-' ? undefined : each === 'X' ? LIMIT + 1 : LIMIT));

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

// Source: CloudWatch user guide, how alarm state is evaluated when data is missing. The alarm's state was OK, unless it is kept.
const ROWS: readonly (readonly [points: string, datapointsToAlarm: number, ...states: (AlarmState | 'kept')[]])[] = [
  ['0 - X - X', 3, 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 3, 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 3, 'INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK'],
  ['0 X X - X', 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 3, 'ALARM', 'kept', 'ALARM', 'OK'],
  ['0 - X - X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 2, 'ALARM', 'kept', 'ALARM', 'OK'],
  // One that has just begun to breach waits for the next.
  ['- - - - X', 3, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 3, 'OK', 'OK', 'ALARM', 'OK'],
];

describe.each(ROWS)('given the data points %s, of which %i must breach', (points, datapointsToAlarm, ...states) => {
  test.each(TREATMENTS.map((each, index) => [each, states[index] ?? 'kept'] as const))(
    'with missing data as %s the state is %s',
    (missingData, expected) => {
      const stateAfter = (current: AlarmState) =>
        judge(pointsOf(points), limits(datapointsToAlarm, missingData), current).state;
      const after = (['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const).map(stateAfter);
      expect(after).toEqual(
        expected === 'kept' ? ['OK', 'ALARM', 'INSUFFICIENT_DATA'] : [expected, expected, expected],
      );
    },
  );
});

test.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('%s compares with the threshold', (comparison, expected) => {
  const stateOf = (value: number) =>
    judge([value], { ...limits(1, 'missing'), comparison, evaluationPeriods: 1 }, 'OK').state === 'ALARM';
  expect([LIMIT - 1, LIMIT, LIMIT + 1].map(stateOf)).toEqual(expected);
});
