import { describe, expect, test } from '@jest/globals';
import { BUS_ARN, rule } from './support/event-bridge.ts';
import { BEGIN, makeReplays } from './support/replays.ts';

describe('a replay', () => {
  test('given archived events, it sends each to the rules as it was, with the name of the replay', async () => {
    const { put, startReplay, reached, deliveries } = makeReplays();
    const [id] = put(0);
    await startReplay();
    await reached('COMPLETED');
    const [before, again] = deliveries.map(({ body }) => JSON.parse(body));
    expect(deliveries).toHaveLength(2);
    expect(again).toEqual({ ...before, 'replay-name': 'again' });
    expect(again.id).toBe(id);
    expect(Object.keys(again)).toEqual([
      ...['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'replay-name', 'resources', 'detail'],
    ]);
  });

  test('given events of several minutes, it goes minute by minute, and inside one as they arrived', async () => {
    const { put, startReplay, reached, delivered } = makeReplays();
    const [c, b, a, d] = put(130, 59, 1, 121);
    delivered();
    await startReplay();
    await reached('COMPLETED');
    expect(delivered()).toEqual([b, a, c, d].map((id) => `users ${id}`));
  });

  test('given a window, it sends the events from its start to before its end', async () => {
    const { put, startReplay, reached, delivered } = makeReplays();
    const [, start, inside] = put(9, 10, 19, 20);
    delivered();
    await startReplay({ EventStartTime: BEGIN + 10, EventEndTime: BEGIN + 20 });
    await reached('COMPLETED');
    expect(delivered()).toEqual([`users ${start}`, `users ${inside}`]);
  });

  test('given no events in the window, it completes', async () => {
    const { startReplay, reached, call, delivered } = makeReplays();
    await startReplay();
    await reached('COMPLETED');
    expect(delivered()).toEqual([]);
    await expect(call('DescribeReplay', { ReplayName: 'again' })).resolves.not.toHaveProperty('EventLastReplayedTime');
  });

  test('given rules that it is meant for, no other rule sees it', async () => {
    const { put, startReplay, reached, delivered, entries } = makeReplays({ rules: ['users', 'mail', 'audit'] });
    const [id] = put(0);
    delivered();
    await startReplay({ Destination: { Arn: BUS_ARN, FilterArns: [rule('users').arn, rule('audit').arn] } });
    await reached('COMPLETED');
    expect(delivered()).toEqual([`users ${id}`, `audit ${id}`]);
    const seen = entries('rule').filter(({ replay }) => replay === 'again');
    expect(seen.map((entry) => entry.rule)).toEqual(['users', 'audit']);
  });

  test.each([
    { given: 'skips replays', change: { pattern: { 'replay-name': [{ exists: false }] } }, reached: false },
    { given: 'wants this replay alone', change: { pattern: { 'replay-name': ['again'] } }, reached: true },
    { given: 'wants another replay', change: { pattern: { 'replay-name': ['other'] } }, reached: false },
    { given: 'wants another type of event', change: { pattern: { 'detail-type': ['Other'] } }, reached: false },
    { given: 'is disabled', change: { isEnabled: false }, reached: false },
  ])('given a rule that $given, that the replay reaches it is $reached', async ({ change, ...expected }) => {
    const { put, events, startReplay, reached, delivered } = makeReplays({ rules: [] });
    const [id] = put(0);
    events.putRule(rule('users', change));
    await startReplay();
    await reached('COMPLETED');
    expect(delivered()).toEqual(expected.reached ? [`users ${id}`] : []);
  });

  test('given an archive on the bus, nothing of a replay is archived', async () => {
    const { put, startReplay, reached, call } = makeReplays();
    put(0, 1);
    const before = await call('DescribeArchive', { ArchiveName: 'all' });
    await startReplay();
    await reached('COMPLETED');
    await expect(call('DescribeArchive', { ArchiveName: 'all' })).resolves.toEqual(before);
  });

  test('given events that are archived after it began, they are no part of it', async () => {
    const { put, startReplay, reached, delivered } = makeReplays();
    const [id] = put(0);
    delivered();
    await startReplay();
    const [late] = put(1);
    await reached('COMPLETED');
    expect(delivered()).toEqual([`users ${late}`, `users ${id}`]);
  });

  test('given two at the same time, each sends everything under its own name', async () => {
    const { put, startReplay, reached, deliveries } = makeReplays();
    put(...Array.from({ length: 250 }, (_, second) => second));
    await startReplay({ ReplayName: 'one' });
    await startReplay({ ReplayName: 'two' });
    await Promise.all([reached('COMPLETED', 'one'), reached('COMPLETED', 'two')]);
    const names = deliveries.slice(250).map(({ body }) => JSON.parse(body)['replay-name']);
    expect(names.filter((name) => name === 'one')).toHaveLength(250);
    expect(names.filter((name) => name === 'two')).toHaveLength(250);
  });

  test('given that it goes on, the rest of the engine has its turns', async () => {
    const { put, startReplay, state, delivered } = makeReplays();
    put(...Array.from({ length: 250 }, (_, second) => second));
    delivered();
    await startReplay();
    const counts: number[] = [];
    while ((await state()) !== 'COMPLETED') {
      await new Promise((resolve) => setImmediate(resolve));
      counts.push(delivered().length);
    }
    expect(Math.max(...counts)).toBe(100);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(250);
  });

  test('given what it does, the journal tells of each state and of each event', async () => {
    const { put, startReplay, reached, entries } = makeReplays();
    const [id] = put(0);
    await startReplay();
    await reached('COMPLETED');
    expect(entries('replay')).toMatchObject([
      { replay: 'again', archive: 'all', state: 'STARTING', events: 0 },
      { state: 'RUNNING', events: 0 },
      { state: 'COMPLETED', events: 1 },
    ]);
    expect(entries('event').at(-1)).toMatchObject({ bus: 'main', eventId: id, replay: 'again' });
    expect(entries('event')[0]).not.toHaveProperty('replay');
  });
});
