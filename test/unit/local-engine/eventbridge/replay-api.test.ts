import { describe, expect, test } from '@jest/globals';
import { ARCHIVE, BEGIN, BUS_ARN, makeReplays, rule } from '../support/event-bridge.ts';

const ARN = 'arn:aws:events:ap-northeast-1:111122223333:replay/again';
const namesIn = (answer: object) =>
  (answer as { Replays: { ReplayName: string }[] }).Replays.map((it) => it.ReplayName);

describe('StartReplay', () => {
  test('given a request, it answers at once, and the replay is described as it was asked for', async () => {
    const { startReplay, call, put, reached, clock } = makeReplays();
    put(5, 65);
    const FilterArns = [rule('users').arn];
    const request = { Description: 'after the bug', Destination: { Arn: BUS_ARN, FilterArns } };
    const started = await startReplay(request);
    expect(started).toEqual({ ReplayArn: ARN, State: 'STARTING', ReplayStartTime: expect.any(Number) });
    await reached('COMPLETED');
    const described = await call('DescribeReplay', { ReplayName: 'again' });
    expect(described).toEqual({
      ReplayName: 'again',
      ReplayArn: ARN,
      Description: 'after the bug',
      State: 'COMPLETED',
      EventSourceArn: ARCHIVE.arn,
      Destination: { Arn: BUS_ARN, FilterArns },
      EventStartTime: BEGIN,
      EventEndTime: BEGIN + 3600,
      EventLastReplayedTime: BEGIN + 3540,
      ReplayStartTime: (started as { ReplayStartTime: number }).ReplayStartTime,
      ReplayEndTime: expect.any(Number),
    });
    expect(Math.abs((described as { ReplayEndTime: number }).ReplayEndTime - clock.now() / 1000)).toBeLessThan(60);
  });

  test('given an end in the future, it is taken, as on AWS', async () => {
    const { startReplay, clock } = makeReplays();
    const EventEndTime = clock.now() / 1000 + 86_400;
    await expect(startReplay({ EventEndTime })).resolves.toMatchObject({ State: 'STARTING' });
  });

  const arn = (resource: string) => `arn:aws:events:ap-northeast-1:111122223333:${resource}`;
  const to = (Arn: unknown, FilterArns?: unknown) => ({
    Destination: { Arn, ...(FilterArns !== undefined && { FilterArns }) },
  });
  test.each([
    { given: 'no name', request: { ReplayName: undefined }, says: 'replayName' },
    { given: 'an empty name', request: { ReplayName: '' }, says: 'replayName' },
    { given: 'a name of 65 characters', request: { ReplayName: 'x'.repeat(65) }, says: 'less than or equal to 64' },
    { given: 'a name with a space', request: { ReplayName: 'a b' }, says: 'regular expression' },
    { given: 'a long description', request: { Description: 'x'.repeat(513) }, says: 'description' },
    { given: 'no source', request: { EventSourceArn: undefined }, says: 'eventSourceArn' },
    { given: 'a source that is no ARN', request: { EventSourceArn: 'all' }, says: 'eventSourceArn' },
    {
      given: 'a source that is no archive',
      request: { EventSourceArn: BUS_ARN },
      says: 'Must contain an archive ARN.',
    },
    {
      given: 'an archive that does not exist',
      request: { EventSourceArn: arn('archive/none') },
      says: 'Parameter EventSourceArn is not valid. Reason: Archive none does not exist.',
    },
    {
      given: "another account's archive",
      request: { EventSourceArn: 'arn:aws:events:ap-northeast-1:999999999999:archive/all' },
      says: 'Archive all does not exist.',
    },
    { given: 'no destination', request: { Destination: undefined }, says: 'destination' },
    { given: 'a destination that is no bus', request: to(ARCHIVE.arn), says: 'Must contain an event bus ARN.' },
    { given: 'another bus', request: to(arn('event-bus/default')), says: 'Cross event bus replay is not permitted.' },
    { given: 'rules that are no list', request: to(BUS_ARN, rule('users').arn), says: 'list of strings' },
    {
      given: 'a rule that does not exist',
      request: to(BUS_ARN, [rule('none').arn]),
      says: 'is not a rule on event bus main',
    },
    { given: "a rule's name", request: to(BUS_ARN, ['users']), says: 'is not a rule on event bus main' },
    { given: 'no start', request: { EventStartTime: undefined }, says: 'eventStartTime' },
    { given: 'an end before its start', request: { EventEndTime: BEGIN - 1 }, says: 'EventStartTime must be before' },
    { given: 'an end at its start', request: { EventEndTime: BEGIN }, says: 'EventStartTime must be before' },
    {
      given: 'an end at its start, and a bus that does not exist',
      request: { EventEndTime: BEGIN, ...to(arn('event-bus/none')) },
      says: 'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    },
    {
      given: 'an end at its start, and an archive that does not exist',
      request: { EventEndTime: BEGIN, EventSourceArn: arn('archive/none') },
      says: 'EventStartTime must be before',
    },
  ])('given $given, it answers ValidationException and says $says', async ({ request, says }) => {
    const { startReplay, call } = makeReplays();
    const message = expect.stringContaining(says) as unknown as string;
    await expect(startReplay(request)).rejects.toMatchObject({ code: 'ValidationException', message });
    await expect(call('ListReplays')).resolves.toEqual({ Replays: [] });
  });

  test.each([
    { given: 'a bus that does not exist', request: to(arn('event-bus/none')), code: 'ResourceNotFoundException' },
    { given: 'a time as text', request: { EventStartTime: '2026-11-22' }, code: 'ValidationException' },
  ])('given $given, it answers $code', async ({ request, code }) => {
    await expect(makeReplays().startReplay(request)).rejects.toMatchObject({ code });
  });

  test('given a name that is taken, also by one that ended, it is refused', async () => {
    const { startReplay, reached } = makeReplays();
    const failure = { code: 'ResourceAlreadyExistsException', message: 'Replay again already exists.' };
    await startReplay();
    await expect(startReplay()).rejects.toMatchObject(failure);
    await reached('COMPLETED');
    await expect(startReplay()).rejects.toMatchObject(failure);
  });

  test('given ten that are active, an eleventh is refused until one has ended', async () => {
    const { startReplay, reached } = makeReplays();
    for (let number = 0; number < 10; number++) await startReplay({ ReplayName: `replay-${number}` });
    await expect(startReplay()).rejects.toMatchObject({ code: 'LimitExceededException' });
    await reached('COMPLETED', 'replay-0');
    await expect(startReplay()).resolves.toMatchObject({ State: 'STARTING' });
  });
});

describe('ListReplays', () => {
  async function makeThree() {
    const made = makeReplays();
    for (const ReplayName of ['c', 'a-2', 'a-1']) {
      await made.startReplay({ ReplayName });
      await made.reached('COMPLETED', ReplayName);
    }
    return made;
  }

  test('given more than a page, the token leads through all of them by name', async () => {
    const { call } = await makeThree();
    const first = await call('ListReplays', { Limit: 2 });
    expect(namesIn(first)).toEqual(['a-1', 'a-2']);
    const { NextToken } = first as { NextToken: string };
    const second = await call('ListReplays', { Limit: 2, NextToken });
    expect(namesIn(second)).toEqual(['c']);
    expect(second).not.toHaveProperty('NextToken');
  });

  test.each([
    { request: { NamePrefix: 'a-' }, names: ['a-1', 'a-2'] },
    { request: { NamePrefix: 'b' }, names: [] },
    { request: { State: 'COMPLETED' }, names: ['a-1', 'a-2', 'c'] },
    { request: { State: 'RUNNING' }, names: [] },
    { request: { EventSourceArn: ARCHIVE.arn }, names: ['a-1', 'a-2', 'c'] },
    { request: { EventSourceArn: `${ARCHIVE.arn}-2` }, names: [] },
  ])('given $request, it lists $names', async ({ request, names }) => {
    const { call } = await makeThree();
    expect(namesIn(await call('ListReplays', request))).toEqual(names);
  });

  test.each([
    { State: 'DONE' },
    { NamePrefix: 'a', State: 'RUNNING' },
    { NamePrefix: '' },
    { EventSourceArn: 'all' },
    { Limit: 0 },
    { NextToken: 'next' },
  ])('given %p, it is refused', async (request) => {
    await expect(makeReplays().call('ListReplays', request)).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

test.each(['DescribeReplay', 'CancelReplay'])('given a replay that does not exist, %s says so', async (operation) => {
  const failure = { code: 'ResourceNotFoundException', message: 'Replay none does not exist.' };
  await expect(makeReplays().call(operation, { ReplayName: 'none' })).rejects.toMatchObject(failure);
});
