import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/archive.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { EventTimeline } from '../../../../operations/replay/event-counts.ts';
import { cancelReplay, followReplay, pollReplay, progressOf, startReplay } from '../../../../operations/replay/run.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, NOW, planOf, subscriber } from './plans.ts';

const [AUDIT, MAIL] = [subscriber('audit'), subscriber('mail')];
const GOING_ON = new AbortController().signal;

const STATUS: ReplayStatus = {
  name: 'again',
  state: 'COMPLETED',
  archiveArn: ARCHIVE.arn,
  window: planOf().window,
  scannedTo: NOW,
  startedAt: NOW,
};

function commandOn(
  answers: ConstructorParameters<typeof FakeAws>[0],
  target: { stackName: string } = { stackName: 'mine' },
) {
  const aws = new FakeAws(answers);
  return { aws, on: { target, clients: aws.clients, stack: { name: 'mine', outputs: { TableName: 'users' } } } };
}

describe('starting what was planned', () => {
  test('names only the rules of subscribers that get events', async () => {
    const { aws, on } = commandOn({ StartReplay: () => ({}) });
    const receivers = [
      { subscriber: AUDIT },
      { subscriber: subscriber('skipping'), hindrance: 'its rule skips replays' },
      { subscriber: MAIL },
      { subscriber: subscriber('off'), hindrance: 'its rule is disabled' },
    ] as const;
    await startReplay(on, planOf({ receivers }));
    expect(aws.inputs('StartReplay').map(({ Destination }) => Destination)).toEqual([
      { Arn: ARCHIVE.busArn, FilterArns: [AUDIT.ruleArn, MAIL.ruleArn] },
    ]);
  });

  test('starts nothing if no subscriber gets events: that would be a replay to all rules', async () => {
    const { aws, on } = commandOn({ StartReplay: () => ({}) });
    const receivers = [{ subscriber: AUDIT, hindrance: 'its rule is disabled' }] as const;
    await expect(startReplay(on, planOf({ receivers }))).rejects.toThrow('all rules of the bus');
    expect(aws.calls).toEqual([]);
  });
});

describe('what is done of it', () => {
  const from = Date.parse('2026-11-22T10:00:30Z');
  const window = { from, to: from + 150_000 };

  test.each([
    { scannedTo: undefined, events: 0, minutes: 0 },
    { scannedTo: from, events: 0, minutes: 0 },
    { scannedTo: from + 60_000, events: 2, minutes: 1 },
    { scannedTo: from + 119_999, events: 3, minutes: 1 },
    { scannedTo: from + 120_000, events: 3, minutes: 2 },
    { scannedTo: window.to, events: 5, minutes: 3 },
  ])('given that it is scanned up to $scannedTo, are $events of 5 events, or $minutes of 3 minutes', (given) => {
    const timeline = new EventTimeline([0, 1000, 60_000, 120_000, 149_000].map((after) => from + after));
    expect(progressOf({ window, timeline }, given.scannedTo)).toEqual({ unit: 'events', done: given.events, total: 5 });
    expect(progressOf({ window }, given.scannedTo)).toEqual({ unit: 'minutes', done: given.minutes, total: 3 });
  });
});

describe('following it', () => {
  test('takes no sign of the scan for a sign of events', async () => {
    // As AWS describes a replay of a window without an event.
    const EventLastReplayedTime = new Date(NOW - 60_000);
    const [EventStartTime, EventEndTime] = [new Date(STATUS.window.from), new Date(NOW)];
    const described = { ReplayName: 'again', State: 'COMPLETED', EventStartTime, EventEndTime, EventLastReplayedTime };
    const { on } = commandOn({ DescribeReplay: () => described });
    await expect(followReplay(on, planOf(), { signal: GOING_ON, onProgress: () => {} })).resolves.toMatchObject({
      state: 'COMPLETED',
      scannedTo: NOW,
    });
  });

  test('fails where it fails, with AWS’s reason', async () => {
    const described = { ReplayName: 'again', State: 'FAILED', StateReason: 'Archive resource not found.' };
    const { on } = commandOn({ DescribeReplay: () => described });
    const following = followReplay(on, planOf(), { signal: GOING_ON, onProgress: () => {} });
    await expect(following).rejects.toThrow(CommandFailure);
    await expect(following).rejects.toThrow('again: FAILED, nothing scanned (Archive resource not found.)');
  });
});

type State = ReplayStatus['state'];

/** A replay that has these states one after the other, each time it is asked. */
function replay(...states: [State, ...State[]]) {
  const stop = new AbortController();
  const pauses: number[] = [];
  const seen: State[] = [];
  const last = states[states.length - 1] as State;
  const effects = {
    describe: async (): Promise<ReplayStatus> => {
      return { name: 'again', archiveArn: 'a', window: { from: 0, to: 1 }, state: states.shift() ?? last };
    },
    clock: { now: () => 0, pause: async (ms: number) => void pauses.push(ms) },
    signal: stop.signal,
    onStatus: ({ state }: ReplayStatus) => void seen.push(state),
  };
  return { effects, pauses, seen, stop };
}

describe('following a replay', () => {
  test.each<State>(['COMPLETED', 'CANCELLED', 'FAILED'])('ends when it is %s, and shows each state', async (state) => {
    const { effects, seen, pauses } = replay('STARTING', 'RUNNING', state);
    expect((await pollReplay(effects)).state).toBe(state);
    expect(seen).toEqual(['STARTING', 'RUNNING', state]);
    expect(pauses).toHaveLength(2);
  });

  test('asks with growing pauses, up to two seconds', async () => {
    const states = Array.from({ length: 20 }, (): State => 'RUNNING');
    const { effects, pauses } = replay('STARTING', ...states, 'COMPLETED');
    await pollReplay(effects);
    expect(pauses[0]).toBe(100);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBe(2000);
  });

  test('ends when it is asked to, with how it stands', async () => {
    const { effects, stop, seen } = replay('RUNNING');
    const clock = { now: () => 0, pause: async () => stop.abort() };
    expect((await pollReplay({ ...effects, clock })).state).toBe('RUNNING');
    expect(seen).toEqual(['RUNNING', 'RUNNING']);
  });
});

/** A replay that has these states one after the other, each time it is described. */
function replayOf(...states: string[]) {
  let described = 0;
  return new FakeAws({
    DescribeReplay: () => ({
      ReplayName: 'again',
      State: states[Math.min(described++, states.length - 1)],
      EventSourceArn: ARCHIVE.arn,
    }),
    CancelReplay: () => ({}),
  });
}

function cancel(aws: FakeAws, archiveArn = ARCHIVE.arn, signal = GOING_ON) {
  const stack = { name: 'mine', outputs: { EventArchiveArn: archiveArn } };
  return cancelReplay({ target: { stackName: 'mine' }, clients: aws.clients, stack }, 'again', signal);
}

describe('cancelling a replay', () => {
  test('waits until it has stopped', async () => {
    const aws = replayOf('RUNNING', 'CANCELLING', 'CANCELLED');
    expect(await cancel(aws)).toMatchObject({ name: 'again', state: 'CANCELLED' });
    expect(aws.inputs('CancelReplay')).toEqual([{ ReplayName: 'again' }]);
  });

  test('takes up one that is being cancelled, and leaves one that is', async () => {
    const under = replayOf('CANCELLING', 'CANCELLED');
    expect(await cancel(under)).toMatchObject({ state: 'CANCELLED' });
    const done = replayOf('CANCELLED');
    expect(await cancel(done)).toMatchObject({ state: 'CANCELLED' });
    expect([...under.inputs('CancelReplay'), ...done.inputs('CancelReplay')]).toEqual([]);
  });

  test.each(['COMPLETED', 'FAILED'])('that has ended fails with one line: %s', async (state) => {
    const aws = replayOf(state);
    await expect(cancel(aws)).rejects.toThrow(CommandFailure);
    await expect(cancel(aws)).rejects.toThrow(`the replay has already ended; again: ${state}`);
    expect(aws.inputs('CancelReplay')).toEqual([]);
  });

  test('that ends meanwhile is reported', async () => {
    const aws = replayOf('RUNNING', 'COMPLETED');
    aws.answer('CancelReplay', () => {
      throw awsError('IllegalStatusException');
    });
    await expect(cancel(aws)).rejects.toThrow('the replay has already ended; again: COMPLETED');
  });

  test('of another pipeline is refused', async () => {
    const aws = replayOf('RUNNING');
    await expect(cancel(aws, 'other')).rejects.toThrow(
      `again is not a replay of the stack mine: it replays events from ${ARCHIVE.arn}`,
    );
    expect(aws.inputs('CancelReplay')).toEqual([]);
  });

  test('does not wait once it is asked to stop, and has asked for the end all the same', async () => {
    const aws = replayOf('RUNNING', 'CANCELLING');
    expect(await cancel(aws, ARCHIVE.arn, AbortSignal.abort())).toMatchObject({ state: 'CANCELLING' });
    expect(aws.inputs('CancelReplay')).toHaveLength(1);
  });
});
