import { describe, expect, test } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { BUS_ARN, makeReplays, type ReplaysUnderTest, rule } from '../support/event-bridge.ts';
import { settle } from '../support/parts.ts';

const MANY = Array.from({ length: 1000 }, (_, second) => second);

/** Lets a replay of many events send the first of them. */
async function halfWay({ put, startReplay, delivered }: ReplaysUnderTest): Promise<string[]> {
  const ids = put(...MANY);
  delivered();
  await startReplay();
  await settle();
  return ids;
}

describe('cancelling', () => {
  test('given a replay half way, it sends nothing more and is cancelled', async () => {
    const it = makeReplays();
    await halfWay(it);
    const ReplayArn = 'arn:aws:events:ap-northeast-1:111122223333:replay/again';
    await expect(it.call('CancelReplay', { ReplayName: 'again' })).resolves.toEqual({ ReplayArn, State: 'CANCELLING' });
    const sent = it.delivered().length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(MANY.length);
    await it.reached('CANCELLED');
    await settle();
    expect(it.delivered()).toEqual([]);
    await expect(it.call('DescribeReplay', { ReplayName: 'again' })).resolves.toMatchObject({
      State: 'CANCELLED',
      ReplayEndTime: expect.any(Number),
      EventLastReplayedTime: expect.any(Number),
    });
    expect(it.entries('replay').at(-1)).toMatchObject({ state: 'CANCELLED', events: sent });
  });

  test('given a replay that has only just been started, it sends nothing', async () => {
    const it = makeReplays();
    it.put(...MANY);
    it.delivered();
    await it.startReplay();
    await it.call('CancelReplay', { ReplayName: 'again' });
    await it.reached('CANCELLED');
    expect(it.delivered()).toEqual([]);
  });

  test.each(['CANCELLING', 'CANCELLED', 'COMPLETED'])('given one that is %s, it is refused', async (state) => {
    const it = makeReplays();
    it.put(0);
    await it.startReplay();
    if (state !== 'COMPLETED') await it.call('CancelReplay', { ReplayName: 'again' });
    if (state !== 'CANCELLING') await it.reached(state);
    await expect(it.state()).resolves.toBe(state);
    await expect(it.call('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({
      code: 'IllegalStatusException',
      message: 'Replay again is not in a valid state for this operation.',
    });
  });
});

describe('what is taken away meanwhile', () => {
  test.each([
    {
      what: 'the archive',
      remove: (it: ReplaysUnderTest) => it.events.removeArchive('all'),
      reason: 'Archive resource not found.',
    },
    { what: 'the bus', remove: (it: ReplaysUnderTest) => it.events.buses.remove('main'), reason: 'event-bus/main' },
  ])('given that $what is removed, the replay fails and says why', async ({ remove, reason }) => {
    const it = makeReplays();
    await halfWay(it);
    remove(it);
    await it.reached('FAILED');
    const described = await it.call('DescribeReplay', { ReplayName: 'again' });
    expect(described).toMatchObject({ State: 'FAILED', ReplayEndTime: expect.any(Number) });
    expect(described).toHaveProperty('StateReason', expect.stringContaining(reason));
    expect(it.entries('replay').at(-1)).toMatchObject({ state: 'FAILED', reason: expect.stringContaining(reason) });
  });

  test('given that one of its rules is removed, it continues with the others', async () => {
    const it = makeReplays({ rules: ['users', 'mail'] });
    await halfWay(it);
    it.events.rules.remove('main', 'mail');
    await it.reached('COMPLETED');
    const rules = it.delivered().map((delivery) => delivery.split(' ')[0]);
    expect(rules.filter((name) => name === 'users')).toHaveLength(MANY.length);
    expect(rules.filter((name) => name === 'mail').length).toBeLessThan(MANY.length);
  });

  test.each([
    { given: 'half way', isUnderWay: true },
    { given: 'before it has begun', isUnderWay: false },
  ])('given that the last of its rules is removed $given, no other rule sees its events', async ({ isUnderWay }) => {
    const it = makeReplays({ rules: ['users', 'mail', 'audit'] });
    it.put(...MANY);
    it.delivered();
    await it.startReplay({ Destination: { Arn: BUS_ARN, FilterArns: [rule('mail').arn, rule('audit').arn] } });
    if (isUnderWay) await settle();
    it.events.rules.remove('main', 'mail');
    it.events.rules.remove('main', 'audit');
    await it.reached('COMPLETED');
    const rules = it.delivered().map((delivery) => delivery.split(' ')[0]);
    expect(new Set(rules)).toEqual(new Set(isUnderWay ? ['mail', 'audit'] : []));
    expect(it.entries('rule').filter(({ replay, rule: name }) => replay !== undefined && name === 'users')).toEqual([]);
  });

  test('given that the last of its rules is gone when the next engine starts, no other rule sees its events', async () => {
    const storage = new Storage();
    const before = makeReplays({ rules: ['users', 'mail'], storage });
    before.put(...MANY);
    await before.startReplay({ Destination: { Arn: BUS_ARN, FilterArns: [rule('mail').arn] } });
    before.events.replays.stop();
    const after = makeReplays({ rules: ['users'], storage });
    after.events.replays.resume();
    await after.reached('COMPLETED');
    expect(after.delivered()).toEqual([]);
  });

  test('given a rule that is changed, the events from then on meet it as it is', async () => {
    const it = makeReplays();
    const ids = await halfWay(it);
    const before = it.delivered().length;
    it.events.rules.deploy(rule('users', { pattern: { 'replay-name': [{ exists: false }] } }));
    await it.reached('COMPLETED');
    expect(before).toBeLessThan(ids.length);
    expect(it.delivered()).toEqual([]);
  });
});

describe('an engine that is stopped', () => {
  test('given a replay half way, the next engine continues after the last event that was sent', async () => {
    const storage = new Storage();
    const before = makeReplays({ storage });
    const ids = await halfWay(before);
    before.events.replays.stop();
    const sent = before.delivered();
    const after = makeReplays({ storage });
    // Resumed again, it is still one replay.
    after.events.replays.resume();
    after.events.replays.resume();
    await after.reached('COMPLETED');
    expect(before.delivered()).toEqual([]);
    expect(sent.length).toBeLessThan(ids.length);
    // An event that the first engine might have sent as well has the same id from both.
    expect([...sent, ...after.delivered()]).toEqual((await after.replayed(ids)).map((id) => `users ${id}`));
    expect(after.entries('replay')).toMatchObject([{ state: 'COMPLETED', events: ids.length, matched: ids.length }]);
  });

  test('given one that was being cancelled, the next engine cancels it', async () => {
    const storage = new Storage();
    const before = makeReplays({ storage });
    await halfWay(before);
    await before.call('CancelReplay', { ReplayName: 'again' });
    before.events.replays.stop();
    const after = makeReplays({ storage });
    after.events.replays.resume();
    await after.reached('CANCELLED');
    expect(after.delivered()).toEqual([]);
  });

  test('given one that ended, the next engine still knows it, and its name stays taken for 90 days', async () => {
    const storage = new Storage();
    const before = makeReplays({ storage });
    await before.startReplay();
    await before.reached('COMPLETED');
    const after = makeReplays({ storage });
    after.events.replays.resume();
    await expect(after.state()).resolves.toBe('COMPLETED');
    await expect(after.startReplay()).rejects.toMatchObject({ code: 'ResourceAlreadyExistsException' });
    after.clock.skip(90 * 24 * 60 * 60 * 1000 + 60_000);
    await expect(after.state()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(after.startReplay()).resolves.toMatchObject({ State: 'STARTING' });
  });
});
