import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReplayStatus } from '../../../../operations/deployed/archive.ts';
import { readArchive, readReplay, TimeOrder } from '../../../../operations/events/read-archive.ts';
import { type Envelope, type EventsProgress, LOCAL_DELAYS } from '../../../../operations/events/session.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { event, ids, received } from './envelopes.ts';

const BUS = { busName: 'main', busArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/main' };
const ARCHIVE = {
  name: 'all',
  arn: 'arn:aws:events:eu-west-1:123456789012:archive/all',
  ...BUS,
  state: 'ENABLED',
  retentionDays: 0,
  events: 1,
  bytes: 1,
};
const NOW = Date.parse('2026-11-22T10:00:00Z');

/** Reads an archive to its end on an AWS that answers so. */
async function read(answers: ConstructorParameters<typeof FakeAws>[0]) {
  const aws = new FakeAws({
    CreateQueue: () => ({ QueueUrl: 'url' }),
    PutRule: () => ({ RuleArn: 'arn:aws:events:eu-west-1:123456789012:rule/main/temporary' }),
    PutTargets: () => ({ FailedEntryCount: 0 }),
    TagQueue: () => ({}),
    ReceiveMessage: () => ({}),
    CancelReplay: () => ({}),
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
    ...answers,
  });
  const steps: string[] = [];
  const session = {
    on: { clients: aws.clients, target: { stackName: 'mine' }, stack: { name: 'mine', outputs: {} } },
    bus: BUS,
    filter: {},
    delays: LOCAL_DELAYS,
    signal: new AbortController().signal,
    now: () => NOW,
    onProgress: ({ kind }: EventsProgress) => void steps.push(kind),
  };
  const shown: Envelope[] = [];
  const reading = (async () => {
    const options = { archive: ARCHIVE, window: { from: NOW - 60_000, to: NOW }, show: (each: Envelope) => each };
    for await (const batch of readArchive(session, options)) shown.push(...batch);
  })();
  const failure = await reading.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { aws, failure, shown, steps, operations: aws.calls.map(([operation]) => operation) };
}

const refusal = (message: string) => () => {
  throw awsError('InternalException', message);
};
const REMOVED = ['RemoveTargets', 'DeleteRule', 'DeleteQueue'];

describe('the queue of an archive’s events', () => {
  test('keeps what was read until it is deleted itself: each event takes one call, of ten', async () => {
    const messages = Array.from({ length: 320 }, (_, index) => ({
      Body: JSON.stringify(event(`e${index}`)),
      ReceiptHandle: `r${index}`,
    }));
    const { aws, shown, steps, operations } = await read({
      StartReplay: () => ({}),
      DescribeReplay: () => ({ State: messages.length > 0 ? 'RUNNING' : 'COMPLETED' }),
      ReceiveMessage: ({ MaxNumberOfMessages }) => ({ Messages: messages.splice(0, MaxNumberOfMessages) }),
    });
    expect(shown).toHaveLength(320);
    // Before each wait for events, so that a terminal shows at once that it works.
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(new Set(steps)).toEqual(new Set(['scanned']));
    expect(aws.inputs('CreateQueue')[0].Attributes).toMatchObject({ VisibilityTimeout: '43200' });
    expect(operations).not.toContain('DeleteMessageBatch');
    expect(operations.at(-1)).toBe('DeleteQueue');
  });
});

describe('the replay that reads an archive', () => {
  test('is cancelled where it is not known whether it has started, and rule and queue go', async () => {
    const { failure, operations } = await read({ StartReplay: refusal('lost on the way') });
    expect(failure).toBe('lost on the way');
    expect(operations.slice(-4)).toEqual(['CancelReplay', ...REMOVED]);
  });

  test('is cancelled where it cannot be followed', async () => {
    const { failure, operations } = await read({ StartReplay: () => ({}), DescribeReplay: refusal('not now') });
    expect(failure).toBe('not now');
    expect(operations.slice(-4)).toEqual(['CancelReplay', ...REMOVED]);
  });

  test('is left alone once it has ended', async () => {
    const { operations } = await read({ StartReplay: () => ({}), DescribeReplay: () => ({ State: 'FAILED' }) });
    expect(operations).not.toContain('CancelReplay');
    expect(operations.slice(-3)).toEqual(REMOVED);
  });
});

type State = ReplayStatus['state'];

/** A replay that has these states each time it is asked, and whose events come in these portions. */
function replay(states: State[], portions: Envelope[][]) {
  const waits: number[] = [];
  const stop = new AbortController();
  const seen: State[] = [];
  let seconds = 0;
  const last = states.at(-1) ?? 'COMPLETED';
  const effects = {
    next: async (waitSeconds: number) => {
      waits.push(waitSeconds);
      return (portions.shift() ?? []).map(received);
    },
    describe: async (): Promise<ReplayStatus> => {
      return { name: 'mine', archiveArn: 'a', window: { from: 0, to: 1 }, state: states.shift() ?? last };
    },
    unseen: async () => 0,
    show: (each: Envelope): Envelope | undefined => each,
    now: () => 1000 * seconds++,
    quietSeconds: 5,
    signal: stop.signal,
    onStatus: ({ state }: ReplayStatus) => void seen.push(state),
  };
  return { effects, waits, seen, stop };
}

async function readAll(effects: Parameters<typeof readReplay<Envelope>>[0]): Promise<Envelope[]> {
  const events: Envelope[] = [];
  for await (const batch of readReplay(effects)) events.push(...batch);
  return events;
}

describe('reading the history', () => {
  test('continues until the replay has ended and nothing has come for a while', async () => {
    const portions = [[], [event('b', 2)], [event('a', 1)], [event('c', 3)]];
    const { effects, waits, seen } = replay(['STARTING', 'RUNNING', 'COMPLETED'], portions);
    expect(ids(await readAll(effects))).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['STARTING', 'RUNNING', 'COMPLETED']);
    expect(waits).toEqual([1, 1, 1, 5, 5]);
  });

  test('shows events as they were archived', async () => {
    const { effects } = replay(['COMPLETED'], [[event('a', 1, { 'replay-name': 'mine' })]]);
    expect(await readAll(effects)).toEqual([event('a', 1)]);
  });

  test('asks once a second how far the replay is while events come, and each time when none come', async () => {
    const { effects, seen } = replay(['RUNNING', 'RUNNING', 'COMPLETED'], [[event('a')], [event('b')], [], []]);
    expect(ids(await readAll({ ...effects, now: () => 0 }))).toEqual(['a', 'b']);
    expect(seen).toEqual(['RUNNING', 'RUNNING', 'COMPLETED']);
    const steady = replay(
      ['RUNNING', 'COMPLETED'],
      Array.from({ length: 25 }, (_, index) => [event(`e${index}`)]),
    );
    let tenths = 0;
    expect(await readAll({ ...steady.effects, now: () => 100 * tenths++ })).toHaveLength(25);
    expect(steady.seen).toEqual(['RUNNING', 'COMPLETED']);
  });

  test('gives the text as it was received, in which a number is as exact as it was', async () => {
    const text = JSON.stringify(event('a')).replace('"userId"', '"size":12345678901234567890,"userId"');
    const { effects } = replay(['COMPLETED'], []);
    const portions = [[{ event: JSON.parse(text) as Envelope, text }]];
    const texts: string[] = [];
    const show = (_: Envelope, shown: string) => shown;
    const next = async () => portions.shift() ?? [];
    for await (const batch of readReplay({ ...effects, next, show })) texts.push(...batch);
    expect(texts).toEqual([text]);
  });

  test('holds what is shown of an event instead of the event, and leaves out what is not shown', async () => {
    const portions = [[event('b', 2), event('hidden', 3)], [event('a', 1)]];
    const { effects } = replay(['RUNNING', 'COMPLETED'], portions);
    const shown: string[] = [];
    const show = ({ id }: Envelope) => (id === 'hidden' ? undefined : id);
    for await (const batch of readReplay({ ...effects, show })) shown.push(...batch);
    expect(shown).toEqual(['a', 'b']);
  });

  test.each([
    [1, 'an answer of SQS was lost, and about one event with it; run the command again'],
    [2000, 'an answer of SQS was lost, and about 2,000 events with it; run the command again'],
  ])('fails where %i were lost on the way, and has shown the others', async (unseen, problem) => {
    const { effects } = replay(['COMPLETED'], [[event('a', 1)]]);
    const shown: Envelope[] = [];
    const reading = (async () => {
      for await (const batch of readReplay({ ...effects, unseen: async () => unseen })) shown.push(...batch);
    })();
    await expect(reading).rejects.toThrow(CommandFailure);
    await expect(reading).rejects.toThrow(problem);
    expect(ids(shown)).toEqual(['a']);
  });

  test('of nothing gives nothing', async () => {
    expect(await readAll(replay(['COMPLETED'], []).effects)).toEqual([]);
  });

  test.each<State>(['FAILED', 'CANCELLED'])(
    'fails when the replay is %s, and has shown what came in time',
    async (state) => {
      const shown: Envelope[] = [];
      const portions = [[event('a', 1), event('z', 1000)], []];
      const reading = (async () => {
        for await (const batch of readReplay(replay(['RUNNING', state], portions).effects)) shown.push(...batch);
      })();
      await expect(reading).rejects.toThrow(CommandFailure);
      await expect(reading).rejects.toThrow(`not all events could be read: their replay mine is ${state}`);
      expect(ids(shown)).toEqual(['a']);
    },
  );

  test('ends at once when it is asked to', async () => {
    const { effects, stop, seen } = replay(['RUNNING'], []);
    const next = async () => {
      stop.abort();
      return [];
    };
    expect(await readAll({ ...effects, next })).toEqual([]);
    expect(seen).toEqual([]);
  });
});

/** Adds events to what is in order, and returns those that are due. */
function add(order: TimeOrder<Envelope>, ...events: readonly Envelope[]): Envelope[] {
  for (const each of events) order.add(Date.parse(each.time), each);
  return order.due();
}

describe('the order of time', () => {
  test('is brought about within what is held, and the rest comes at the end', () => {
    const order = new TimeOrder<Envelope>();
    expect(add(order, event('c', 30), event('a', 10))).toEqual([]);
    expect(add(order, event('b', 20))).toEqual([]);
    expect(ids(order.rest())).toEqual(['a', 'b', 'c']);
    expect(order.rest()).toEqual([]);
  });

  test('lets go of what nothing can come before any more', () => {
    const order = new TimeOrder<Envelope>();
    add(order, event('b', 20), event('a', 10));
    expect(ids(add(order, event('z', 1000)))).toEqual(['a', 'b']);
    expect(ids(order.rest())).toEqual(['z']);
  });

  test('keeps those of the same second as they came', () => {
    const order = new TimeOrder<Envelope>();
    add(order, ...['c', 'a', 'b'].map((id) => event(id, 5)));
    expect(ids(order.rest())).toEqual(['c', 'a', 'b']);
  });

  test('holds whenever a replay goes minute by minute, and loses nothing', () => {
    const minutes = fc.array(fc.array(fc.integer({ min: 0, max: 59 })), { maxLength: 20 });
    fc.assert(
      fc.property(minutes, (all) => {
        const order = new TimeOrder<Envelope>();
        const shown = all.flatMap((seconds, minute) =>
          add(order, ...seconds.map((second, index) => event(`${minute}.${index}`, minute * 60 + second))),
        );
        shown.push(...order.rest());
        const times = shown.map(({ time }) => time);
        expect(times).toEqual([...times].sort());
        expect(shown).toHaveLength(all.flat().length);
      }),
    );
  });
});
