import { describe, expect, test } from '@jest/globals';
import { lastMinuteOf, replayedEvent, replayedEventId } from '../../../../packages/local-engine/eventbridge/replay.ts';
import { ARCHIVE, BEGIN, BUS_ARN, ENTRY, makeEventBridge, makeReplays, rule } from '../support/event-bridge.ts';

// What AWS gives as EventLastReplayedTime: the start of the last minute scanned.

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe('the last minute that is scanned', () => {
  test.each([
    { given: 'whole minutes', from: '10:00:00', to: '10:05:00', minute: '10:04:00' },
    { given: 'an end inside a minute', from: '10:00:00', to: '10:05:01', minute: '10:05:00' },
    { given: 'one minute, which begins before the window', from: '10:00:30', to: '10:00:50', minute: '10:00:00' },
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

  test('given events at the beginning alone, it is the last minute of the window all the same', async () => {
    const { put, startReplay, reached, call } = makeReplays();
    put(40);
    await startReplay({ EventStartTime: BEGIN, EventEndTime: BEGIN + 300 });
    await reached('COMPLETED');
    const described = { EventLastReplayedTime: BEGIN + 240 };
    await expect(call('DescribeReplay', { ReplayName: 'again' })).resolves.toMatchObject(described);
  });

  test('given an event with a time that is still to come, it is the minute of that', async () => {
    const { put, startReplay, reached, call, clock } = makeReplays();
    const minutes = Math.ceil((clock.now() / 1000 - BEGIN) / 60) + 60;
    put(minutes * 60 + 40);
    await startReplay({ EventEndTime: BEGIN + (minutes + 60) * 60 });
    await reached('COMPLETED');
    const described = { EventLastReplayedTime: BEGIN + minutes * 60 };
    await expect(call('DescribeReplay', { ReplayName: 'again' })).resolves.toMatchObject(described);
  });

  test('given a window that was still to come, a completed replay has scanned nothing', async () => {
    const { startReplay, reached, call } = makeReplays();
    await startReplay({ EventStartTime: BEGIN + 30 * 24 * 3600, EventEndTime: BEGIN + 31 * 24 * 3600 });
    await reached('COMPLETED');
    const described = await call('DescribeReplay', { ReplayName: 'again' });
    expect(described).toMatchObject({ State: 'COMPLETED' });
    expect(described).not.toHaveProperty('EventLastReplayedTime');
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

const AT = Date.parse('2026-11-22T10:00:00Z');

function archiveWith(count: number) {
  const { events } = makeEventBridge();
  events.addArchive(ARCHIVE);
  const put = (second: number) => events.putEvents([{ ...ENTRY, Time: AT / 1000 + second }]).Entries[0]?.EventId;
  const ids = Array.from({ length: count }, (_, second) => put(second));
  const list = (request: { from?: number; to?: number; after?: string; limit?: number } = {}) => {
    const listed = events.archivedEvents('all', { limit: 100, ...request });
    if (listed === undefined) throw new Error('There is no archive.');
    return { listed, lines: listed.map(({ message }) => JSON.parse(message)) };
  };
  return { events, ids, list };
}

describe('an archive as log lines', () => {
  test('given an event, its line says what it is and when it was', () => {
    const { ids, list } = archiveWith(1);
    expect(list().listed[0]?.at).toBe(AT);
    expect(list().lines).toEqual([
      { id: ids[0], source: 'users-table', detailType: 'UserRegistered', time: '2026-11-22T10:00:00Z', rules: [] },
    ]);
  });

  test.each([
    { given: 'it matches', change: {}, rules: ['users'] },
    { given: 'it wants another type', change: { pattern: { 'detail-type': ['BucketCreated'] } }, rules: [] },
    { given: 'it skips replays', change: { pattern: { 'replay-name': [{ exists: false }] } }, rules: [] },
    { given: 'it wants replays alone', change: { pattern: { 'replay-name': [{ exists: true }] } }, rules: ['users'] },
    { given: 'it wants any name', change: { pattern: { 'replay-name': [{ 'anything-but': '' }] } }, rules: ['users'] },
    { given: 'it wants another replay', change: { pattern: { 'replay-name': ['mine'] } }, rules: [] },
    { given: 'it is disabled', change: { isEnabled: false }, rules: [] },
  ])('given a rule, that it would meet the event when $given is $rules', ({ change, rules }) => {
    const { events, list } = archiveWith(1);
    events.rules.deploy(rule('users', change));
    expect(list().lines).toMatchObject([{ rules }]);
  });

  test('given more than a page, the pages together hold every event once, in order', () => {
    const { ids, list } = archiveWith(5);
    const pageAfter = ({ listed }: ReturnType<typeof list>) => list({ limit: 2, after: String(listed.at(-1)?.id) });
    const first = list({ limit: 2 });
    const second = pageAfter(first);
    const third = pageAfter(second);
    expect([first, second, third].map(({ lines }) => lines.length)).toEqual([2, 2, 1]);
    expect([...first.lines, ...second.lines, ...third.lines].map(({ id }) => id)).toEqual(ids);
    expect(pageAfter(third).lines).toEqual([]);
  });

  test('given a window, it lists from its start to before its end', () => {
    const { ids, list } = archiveWith(5);
    const { lines } = list({ from: AT + 1000, to: AT + 3000 });
    expect(lines.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  });

  test('given an invalid place, or an archive that does not exist, it says so', () => {
    const { events, list } = archiveWith(1);
    for (const after of ['nowhere', '1', 'x1.2', '1.2x', '1.-2', `1.${'2'.repeat(16)}`]) {
      expect(() => list({ after })).toThrow(`${after} is not a position in an archive.`);
    }
    expect(list({ after: '-12.34' }).lines).toHaveLength(1);
    expect(events.archivedEvents('other', { limit: 1 })).toBeUndefined();
  });
});
