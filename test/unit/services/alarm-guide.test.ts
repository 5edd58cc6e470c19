import { expect, test } from '@jest/globals';
import { alarmDescription, readAlarmDescription } from '../../../services/shared/alarm-guide.ts';

const GUIDE = { problem: 'audit: waits longer than 1.5 s', command: 'metrics --since 1h', entry: '12-events-wait' };

test('a description says what happened, the whole command, and the entry of the runbook, and is read again', () => {
  const text = alarmDescription(GUIDE, 'my-stack');
  expect(text).toBe(
    'audit: waits longer than 1.5 s. Run: npx pipeline metrics --since 1h --stack my-stack. Runbook: docs/runbook.md#12-events-wait',
  );
  expect(readAlarmDescription(text)).toEqual(GUIDE);
});

test.each([
  '',
  'Something else',
  'Something. Run: npx pipeline doctor',
  'Something. Run: npx pipeline doctor --stack s. Runbook: docs/runbook.md#entry and more',
])('of %j all is what happened', (text) => {
  expect(readAlarmDescription(text)).toStrictEqual({ problem: text });
});
