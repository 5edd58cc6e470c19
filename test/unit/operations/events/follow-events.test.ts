import { describe, expect, test } from '@jest/globals';
import { followEvents, Identities } from '../../../../operations/events/follow-events.ts';
import {
  AWS_DELAYS,
  type Delays,
  type Envelope,
  type EventsProgress,
  LOCAL_DELAYS,
} from '../../../../operations/events/session.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, NOW } from '../replay/plans.ts';
import { event, ids } from './envelopes.ts';

const MINUTE_MS = 60_000;

interface Story {
  /** What comes to the live queue, look by look, each a minute after the one before. */
  readonly live: Envelope[][];
  /** What the archive gives to each replay. */
  readonly replays?: Envelope[][];
  readonly delays?: Delays;
}

/** An event as the archive's replay gives it: its envelope has another id than the event that was put. */
function inReplay(put: Envelope): Envelope {
  return { ...put, id: `replayed-${put.id}` };
}

/** Plays a story to its end; after the last look at the live queue it is asked to stop. */
function play({ live, replays = [], delays = LOCAL_DELAYS }: Story) {
  const stop = new AbortController();
  const notes: string[] = [];
  const replayed = new Map<string, Envelope[]>();
  let now = NOW;
  const aws = new FakeAws({
    CreateQueue: ({ QueueName }) => ({ QueueUrl: QueueName }),
    PutRule: () => ({}),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    StartReplay: ({ ReplayName }) => void replayed.set(ReplayName, replays.shift() ?? []),
    DescribeReplay: ({ ReplayName }) => ({ ReplayName, State: 'COMPLETED' }),
    ReceiveMessage: ({ QueueUrl }) => {
      const ofReplay = replayed.get(QueueUrl);
      const events = ofReplay ? ofReplay.splice(0) : (live.shift() ?? []);
      if (!ofReplay) now += MINUTE_MS;
      if (!ofReplay && live.length === 0) stop.abort();
      return { Messages: events.map((each) => ({ Body: JSON.stringify(each), ReceiptHandle: each.id })) };
    },
    DeleteMessageBatch: () => ({}),
    TagQueue: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
  });
  const session = {
    on: { target: { stackName: 'mine' }, clients: aws.clients, stack: { name: 'mine', outputs: {} } },
    bus: { busName: ARCHIVE.busName, busArn: ARCHIVE.busArn },
    filter: { type: 'A' },
    delays: { ...delays, ruleMs: 0 },
    signal: stop.signal,
    now: () => now,
    onProgress: ({ kind }: EventsProgress) => void notes.push(kind),
  };
  const read = async (from?: number) => {
    const shown: Envelope[] = [];
    const history = from === undefined ? {} : { history: { archive: ARCHIVE, from } };
    const show = (each: Envelope) => each;
    for await (const batch of followEvents(session, { ...history, show })) shown.push(...batch);
    return shown;
  };
  return { aws, notes, read, stop };
}

describe('events as they come', () => {
  test('are shown each once, until it is asked to stop; then rule and queue are removed', async () => {
    const { aws, notes, read } = play({ live: [[event('a')], [], [event('b'), event('a')]] });
    expect(ids(await read())).toEqual(['a', 'b']);
    expect(notes).toEqual(['following']);
    const [{ QueueName }] = aws.inputs('CreateQueue');
    expect(aws.inputs('DeleteRule')).toEqual([expect.objectContaining({ Name: QueueName })]);
    expect(aws.inputs('DeleteQueue')).toEqual([{ QueueUrl: QueueName }]);
    expect(aws.inputs('StartReplay')).toEqual([]);
  });

  test('say while they are waited for that the queue is in use', async () => {
    const { aws, read } = play({ live: Array.from({ length: 45 }, () => []) });
    await read();
    expect(aws.inputs('TagQueue')).toHaveLength(2);
  });
});

describe('the history before them', () => {
  test('is read once the live queue is there, up to that moment, and shown first; what is in both is shown once', async () => {
    const replays = [[inReplay(event('b', 2)), inReplay(event('a', 1))]];
    const { aws, read } = play({ live: [[event('b', 2), event('c', 3)], []], replays });
    expect(ids(await read(NOW - MINUTE_MS))).toEqual(['replayed-a', 'replayed-b', 'c']);
    const [live, replay] = aws.inputs('CreateQueue').map(({ QueueName }) => QueueName);
    expect(aws.inputs('StartReplay')).toEqual([
      expect.objectContaining({
        ReplayName: replay,
        EventStartTime: new Date(NOW - MINUTE_MS),
        EventEndTime: new Date(NOW),
        Destination: { Arn: ARCHIVE.busArn, FilterArns: [expect.stringMatching(new RegExp(`:rule/bus/${replay}$`))] },
      }),
    ]);
    const patterns = aws.inputs('PutRule').map(({ EventPattern }) => JSON.parse(EventPattern));
    expect(patterns[0]).not.toHaveProperty('replay-name');
    expect(patterns[1]).toMatchObject({ 'detail-type': ['A'], 'replay-name': [replay] });
    expect(aws.inputs('DeleteQueue').map(({ QueueUrl }) => QueueUrl)).toEqual([replay, live]);
  });

  test('of events without an event id shows as many as there are', async () => {
    const foreign = (id: string, seconds: number) => event(id, seconds, { detail: {} });
    const replays = [[inReplay(foreign('a', 1)), inReplay(foreign('b', 1))]];
    const { read } = play({ live: [[foreign('b', 1), foreign('c', 2)], []], replays });
    expect(ids(await read(NOW - MINUTE_MS))).toEqual(['replayed-a', 'replayed-b', 'c']);
  });

  test('hides nothing that is replayed meanwhile', async () => {
    const again = event('a', 1, { 'replay-name': 'again' });
    const { read } = play({ live: [[again], []], replays: [[event('a', 1, { 'replay-name': 'of this command' })]] });
    expect(await read(NOW - MINUTE_MS)).toEqual([event('a', 1), again]);
  });

  test('is looked at again where the archive gets events late, and what was missing is shown then', async () => {
    const live = Array.from({ length: 14 }, (_, minute) => (minute === 2 ? [event('live', 9)] : []));
    const replays = [[event('a', 1)], [event('a', 1), event('late', 2), event('live', 9)].map(inReplay)];
    const { aws, read } = play({ live, replays, delays: AWS_DELAYS });
    expect(ids(await read(NOW - 60 * MINUTE_MS))).toEqual(['a', 'live', 'replayed-late']);
    const [, again] = aws.inputs('StartReplay');
    expect(aws.inputs('StartReplay')).toHaveLength(2);
    expect(again).toMatchObject({
      EventStartTime: new Date(NOW - 11 * MINUTE_MS),
      EventEndTime: new Date(NOW + MINUTE_MS),
    });
  });

  test('is looked at again as soon as the archive has it, a minute after its delay', async () => {
    const looks = (count: number) => Array.from({ length: count }, (): Envelope[] => []);
    const [early, due] = [11, 12].map((count) => play({ live: looks(count), delays: AWS_DELAYS }));
    await early?.read(NOW - MINUTE_MS);
    await due?.read(NOW - MINUTE_MS);
    expect([early, due].map((story) => story?.aws.inputs('StartReplay').length)).toEqual([1, 2]);
  });

  test('is all that is read where it is asked to stop meanwhile', async () => {
    const { aws, notes, read, stop } = play({ live: [[event('b')]], replays: [[event('a')]] });
    aws.answer('DescribeReplay', () => {
      stop.abort();
      return { State: 'COMPLETED' };
    });
    expect(ids(await read(NOW - MINUTE_MS))).not.toContain('b');
    expect(notes).not.toContain('following');
    expect(aws.inputs('DeleteQueue')).toHaveLength(2);
  });

  test('is never shown from before the time that was asked for', async () => {
    const live: Envelope[][] = Array.from({ length: 14 }, () => []);
    const { aws, read } = play({ live, delays: AWS_DELAYS });
    await read(NOW - 5 * MINUTE_MS);
    const starts = aws.inputs('StartReplay').map(({ EventStartTime }) => EventStartTime);
    expect(starts).toEqual([new Date(NOW - 5 * MINUTE_MS), new Date(NOW - 5 * MINUTE_MS)]);
  });
});

/** What one reading says of events. */
function reading(...events: readonly Envelope[]): string[] {
  const identities = new Identities();
  return events.map((each) => identities.of(each));
}

describe('an event of the pipeline', () => {
  test('is the same by event id and time, whatever the envelope’s id', () => {
    const archived = event('e1', 5);
    expect(reading({ ...archived, id: 'another' })).toEqual(reading(archived));
    expect(reading(archived, archived)[1]).toBe(reading(archived)[0]);
    expect(reading(event('e1', 6))).not.toEqual(reading(archived));
    expect(reading(event('e2', 5))).not.toEqual(reading(archived));
  });

  test('is another one in each replay that the bus sees', () => {
    const names = [{}, { 'replay-name': 'one' }, { 'replay-name': 'two' }];
    expect(new Set(names.map((name) => reading(event('e1', 5, name))[0])).size).toBe(3);
  });
});

describe('an event of another system, without an event id', () => {
  const foreign = (id: string, more: Partial<Envelope> = {}) => event(id, 5, { detail: {}, ...more });

  test('is the same in each reading, whatever the envelope’s id', () => {
    expect(reading(foreign('e2'))).toEqual(reading(foreign('e1')));
    const strange = { detail: { metadata: null } as never };
    expect(reading(foreign('e2', strange))).toEqual(reading(foreign('e1', strange)));
  });

  test('is one of as many as look the same', () => {
    const [first, second] = reading(foreign('e1'), foreign('e2'));
    expect(second).not.toBe(first);
    expect(reading(foreign('e3'), foreign('e4'))).toEqual([first, second]);
  });

  test('is counted among the last that look different, as many as are remembered', () => {
    const identities = new Identities(3);
    const of = (source: string) => identities.of(foreign('e', { source }));
    const [first, second] = [of('1'), of('2')];
    of('3');
    expect(of('1')).not.toBe(first);
    // One more: the oldest is no longer known, and that is not the one that has just come again.
    of('4');
    expect(of('2')).toBe(second);
    expect(of('4')).not.toBe(new Identities().of(foreign('e', { source: '4' })));
  });

  test.each<[string, Partial<Envelope>]>([
    ['time', { time: '1970-01-01T00:00:06Z' }],
    ['source', { source: 'them' }],
    ['type', { 'detail-type': 'Other' }],
    ['detail', { detail: { data: { userId: 'bob' } } }],
    ['replay', { 'replay-name': 'again' }],
  ])('is another one with another %s', (_, other) => {
    expect(reading(foreign('e1', other))).not.toEqual(reading(foreign('e1')));
  });
});
