import { describe, expect, test } from '@jest/globals';
import { lastMinuteOf } from '../../../../packages/local-engine/eventbridge/replay.ts';
import { BEGIN, BUS_ARN, makeReplays } from '../support/event-bridge.ts';

// What AWS tells as EventLastReplayedTime: the start of the last minute scanned.

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe('the last minute that is scanned', () => {
  test.each([
    { given: 'whole minutes', from: '10:00:00', to: '10:05:00', minute: '10:04:00' },
    { given: 'an end inside a minute', from: '10:00:00', to: '10:05:01', minute: '10:05:00' },
    { given: 'one minute, of which it begins before the window', from: '10:00:30', to: '10:00:50', minute: '10:00:00' },
    { given: 'an end still to come', from: '10:00:00', to: '12:00:00', minute: '10:59:00' },
  ])('given $given, begins at $minute', ({ from, to, minute }) => {
    expect(lastMinuteOf({ from: at(from), to: at(to), startedAt: at('11:00:00') })).toBe(at(minute));
  });

  test('given a window still to come, there is none', () => {
    const startedAt = at('11:00:00');
    expect(lastMinuteOf({ from: startedAt, to: at('12:00:00'), startedAt })).toBeUndefined();
  });
});

describe('EventLastReplayedTime', () => {
  const WINDOW = { EventStartTime: BEGIN + 30, EventEndTime: BEGIN + 50 };

  test.each([
    { given: 'no event in the window', seconds: [29, 50], rules: ['users'] },
    { given: 'events that no rule takes', seconds: [40], rules: [] },
    { given: 'events', seconds: [40], rules: ['users'] },
  ])('given $given, a completed replay has scanned its window', async ({ seconds, rules }) => {
    const { put, startReplay, reached, call } = makeReplays({ rules });
    put(...seconds);
    await startReplay(WINDOW);
    await reached('COMPLETED');
    const described = { EventLastReplayedTime: BEGIN, ...WINDOW };
    await expect(call('DescribeReplay', { ReplayName: 'again' })).resolves.toMatchObject(described);
    await expect(call('ListReplays')).resolves.toMatchObject({ Replays: [described] });
  });

  test('given one that has only just been started, there is none', async () => {
    const { put, startReplay, call } = makeReplays();
    put(40);
    await startReplay(WINDOW);
    await expect(call('DescribeReplay', { ReplayName: 'again' })).resolves.not.toHaveProperty('EventLastReplayedTime');
  });
});

test('given rules named by an empty list, all rules see the events, as on AWS', async () => {
  const { put, startReplay, reached, delivered, call } = makeReplays({ rules: ['users', 'mail'] });
  put(0);
  delivered();
  await startReplay({ Destination: { Arn: BUS_ARN, FilterArns: [] } });
  await reached('COMPLETED');
  expect(delivered().map((delivery) => delivery.split(' ')[0])).toEqual(['users', 'mail']);
  const { Destination } = (await call('DescribeReplay', { ReplayName: 'again' })) as { Destination: object };
  expect(Destination).not.toHaveProperty('FilterArns');
});
