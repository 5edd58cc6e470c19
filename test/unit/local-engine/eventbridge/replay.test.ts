import { describe, expect, test } from '@jest/globals';
import { lastMinuteOf, replayedEvent, replayedEventId } from '../../../../packages/local-engine/eventbridge/replay.ts';
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

const ARN = 'arn:aws:events:ap-northeast-1:111122223333:replay/again';
const REPLAY = { arn: ARN, startedAt: Date.parse('2026-11-22T10:20:30.000Z') };

describe('the id that a replay gives an archived event', () => {
  test('is a UUID, and the same however often the replay emits the event', () => {
    const id = replayedEventId(REPLAY, 'a');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(replayedEventId({ ...REPLAY }, 'a')).toBe(id);
  });

  test.each([
    { other: 'event', replay: REPLAY, event: 'b' },
    { other: 'replay', replay: { ...REPLAY, arn: `${ARN}-2` }, event: 'a' },
    {
      other: 'replay of the same name, 90 days later',
      replay: { ...REPLAY, startedAt: REPLAY.startedAt + 1 },
      event: 'a',
    },
  ])('is another one in another $other', ({ replay, event }) => {
    expect(replayedEventId(replay, event)).not.toBe(replayedEventId(REPLAY, 'a'));
  });
});

test('a replayed event has the name of its replay and an id of its own, and all else as it was', () => {
  const event = {
    version: '0' as const,
    id: 'old',
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: '111122223333',
    time: '2026-11-22T10:20:30Z',
    region: 'ap-northeast-1',
    resources: ['arn'],
    detail: { a: 1 },
  };
  expect(replayedEvent(event, 'again', 'new')).toEqual({ ...event, id: 'new', 'replay-name': 'again' });
});
