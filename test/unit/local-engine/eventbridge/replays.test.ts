import { describe, expect, test } from '@jest/globals';
import { BEGIN, BUS_ARN, makeReplays, rule } from '../support/event-bridge.ts';

describe('a replay', () => {
  test('given archived events, it sends each to the rules as it was, with the name of the replay', async () => {
    const { put, startReplay, reached, deliveries } = makeReplays();
    put(0);
    await startReplay();
    await reached('COMPLETED');
    const [before, again] = deliveries.map(({ body }) => JSON.parse(body));
    expect(deliveries).toHaveLength(2);
    expect(again).toEqual({ ...before, id: again.id, 'replay-name': 'again' });
    expect(again.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(again.id).not.toBe(before.id);
    expect(Object.keys(again)).toEqual([
      ...['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'replay-name', 'resources', 'detail'],
    ]);
  });

  test('given several rules and several replays, an event has one id in each replay, and another in each', async () => {
    const { put, startReplay, reached, deliveries } = makeReplays({ rules: ['users', 'mail'] });
    const [id] = put(0, 1);
    for (const ReplayName of ['one', 'two']) {
      await startReplay({ ReplayName });
      await reached('COMPLETED', ReplayName);
    }
    const sent = deliveries.map(({ body }) => JSON.parse(body));
    const idsOf = (name: string | undefined, time: string) =>
      sent.filter((event) => event['replay-name'] === name && event.time === time).map((event) => event.id);
    const time = sent[0].time;
    expect(idsOf(undefined, time)).toEqual([id, id]);
    const [one, two] = [idsOf('one', time), idsOf('two', time)];
    expect([new Set(one).size, new Set(two).size]).toEqual([1, 1]);
    expect(one).toHaveLength(2);
    expect(new Set(sent.map((event) => event.id)).size).toBe(6);
  });

  test('given an event on its way, the journal and the delivery name it by the id in its envelope', async () => {
    const { put, startReplay, reached, deliveries, entries } = makeReplays();
    put(0);
    await startReplay();
    await reached('COMPLETED');
    const again = deliveries[1];
    expect(again?.eventId).toBe(JSON.parse(again?.body ?? '').id);
    for (const hop of ['event', 'rule'] as const)
      expect(entries(hop).at(-1)).toMatchObject({ eventId: again?.eventId });
  });

  test('given events of several minutes, it goes minute by minute, and inside one as they arrived', async () => {
    const { put, startReplay, reached, delivered, replayed } = makeReplays();
    const [c = '', b = '', a = '', d = ''] = put(130, 59, 1, 121);
    delivered();
    await startReplay();
    await reached('COMPLETED');
    expect(delivered()).toEqual((await replayed([b, a, c, d])).map((id) => `users ${id}`));
  });

  test('given a window, it sends the events from its start to before its end', async () => {
    const { put, startReplay, reached, delivered, replayed } = makeReplays();
    const [, start = '', inside = ''] = put(9, 10, 19, 20);
    delivered();
    await startReplay({ EventStartTime: BEGIN + 10, EventEndTime: BEGIN + 20 });
    await reached('COMPLETED');
    expect(delivered()).toEqual((await replayed([start, inside])).map((id) => `users ${id}`));
  });

  test('given rules that it is meant for, no other rule sees it', async () => {
    const { put, startReplay, reached, delivered, replayed, entries } = makeReplays({
      rules: ['users', 'mail', 'audit'],
    });
    const archived = put(0);
    delivered();
    await startReplay({ Destination: { Arn: BUS_ARN, FilterArns: [rule('users').arn, rule('audit').arn] } });
    await reached('COMPLETED');
    const [id] = await replayed(archived);
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
    const { put, events, startReplay, reached, delivered, replayed } = makeReplays({ rules: [] });
    const archived = put(0);
    events.rules.deploy(rule('users', change));
    await startReplay();
    await reached('COMPLETED');
    const [id] = await replayed(archived);
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
    const { put, startReplay, reached, delivered, replayed } = makeReplays();
    const archived = put(0);
    delivered();
    await startReplay();
    const [late] = put(1);
    await reached('COMPLETED');
    expect(delivered()).toEqual([`users ${late}`, `users ${await replayed(archived)}`]);
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

  test('given that it runs, the rest of the engine has its turns', async () => {
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

  test('given what it does, the journal has each state and each event', async () => {
    const { put, startReplay, reached, replayed, entries, events } = makeReplays({ rules: [] });
    events.rules.deploy(rule('early', { pattern: { time: ['2026-11-22T10:00:00Z'] } }));
    const archived = put(0, 1);
    await startReplay();
    await reached('COMPLETED');
    expect(entries('replay')).toMatchObject([
      { replay: 'again', archive: 'all', state: 'STARTING', events: 0, matched: 0 },
      { state: 'RUNNING', events: 0, matched: 0 },
      { state: 'COMPLETED', events: 2, matched: 1 },
    ]);
    const [, eventId] = await replayed(archived);
    expect(entries('event').at(-1)).toMatchObject({ bus: 'main', eventId, replay: 'again' });
    expect(entries('event')[0]).not.toHaveProperty('replay');
  });
});
