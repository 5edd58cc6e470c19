import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/archive.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { EventTimeline } from '../../../../operations/replay/event-counts.ts';
import { countReplayed, summarizeReplay, waitUntilProcessed } from '../../../../operations/replay/outcome.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, NOW, planOf, subscriber } from './plans.ts';

/** Queues in which so many wait, each time one looks, and a clock that only a pause moves. */
function queues(...waiting: number[]) {
  let now = 0;
  const stop = new AbortController();
  const shown: number[] = [];
  const last = waiting.at(-1) ?? 0;
  const effects = {
    read: async () => {
      const total = waiting.shift() ?? last;
      return [
        { subscriber: 'a', waiting: Math.ceil(total / 2), deadLetters: 0 },
        { subscriber: 'b', waiting: Math.floor(total / 2), deadLetters: 3 },
      ];
    },
    clock: {
      now: () => now,
      pause: async (ms: number) => {
        now += ms;
      },
    },
    signal: stop.signal,
    delayMs: 0,
    timeFactor: 1,
    onWaiting: (count: number) => void shown.push(count),
  };
  return { effects, shown, stop, elapsed: () => now };
}

describe('waiting until queues are processed', () => {
  test('ends at once when they are empty', async () => {
    const { effects, elapsed } = queues(0);
    expect(await waitUntilProcessed(effects)).toEqual([
      { subscriber: 'a', waiting: 0, deadLetters: 0 },
      { subscriber: 'b', waiting: 0, deadLetters: 3 },
    ]);
    expect(elapsed()).toBe(0);
  });

  test('continues while they become less, and shows how many wait', async () => {
    const { effects, shown } = queues(7, 9, 4, 1, 0);
    await waitUntilProcessed(effects);
    expect(shown).toEqual([7, 9, 4, 1, 0]);
  });

  test('gives up when they have not become less for 15 seconds', async () => {
    const { effects, elapsed } = queues(9, 5, 5);
    const depths = await waitUntilProcessed(effects);
    expect(depths.map(({ waiting }) => waiting)).toEqual([3, 2]);
    expect(elapsed()).toBeGreaterThanOrEqual(15_000);
    expect(elapsed()).toBeLessThan(18_000);
  });

  test('given a slow machine, gives up as many times later', async () => {
    const { effects, elapsed } = queues(9, 5, 5);
    await waitUntilProcessed({ ...effects, timeFactor: 6 });
    expect(elapsed()).toBeGreaterThanOrEqual(90_000);
    expect(elapsed()).toBeLessThan(93_000);
  });

  test('given depths that come a minute late, believes them when they have been zero for a minute', async () => {
    const { effects, shown, elapsed } = queues(0, 0, 6, 2, 0);
    const depths = await waitUntilProcessed({ ...effects, delayMs: 60_000 });
    expect(depths.map(({ waiting }) => waiting)).toEqual([0, 0]);
    expect(shown.slice(0, 5)).toEqual([0, 0, 6, 2, 0]);
    expect(elapsed()).toBeGreaterThanOrEqual(60_000);
    expect(elapsed()).toBeLessThan(65_000);
  });

  test('given depths that come a minute late, gives up that much later', async () => {
    const { effects, elapsed } = queues(0, 5);
    const depths = await waitUntilProcessed({ ...effects, delayMs: 60_000 });
    expect(depths.map(({ waiting }) => waiting)).toEqual([3, 2]);
    expect(elapsed()).toBeGreaterThanOrEqual(75_000);
    expect(elapsed()).toBeLessThan(78_000);
  });

  test('ends when it is asked to', async () => {
    const { effects, stop, shown } = queues(5);
    await waitUntilProcessed({ ...effects, clock: { ...effects.clock, pause: async () => stop.abort() } });
    expect(shown).toEqual([5, 5]);
  });
});

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

function commandOn(answers: ConstructorParameters<typeof FakeAws>[0]) {
  const aws = new FakeAws(answers);
  const stack = { name: 'mine', outputs: { TableName: 'users' } };
  return { aws, on: { target: { stackName: 'mine' }, clients: aws.clients, stack } };
}

const ended = (entry: object) => ({
  events: [{ message: JSON.stringify({ hop: 'replay', replay: 'again', ...entry }) }],
});

describe('whether anything was replayed', () => {
  const exact = planOf({ timeline: new EventTimeline([NOW - 1000]) });
  const options = { status: STATUS, before: [], signal: GOING_ON, timeFactor: 1, onProcessed: () => {} };
  const summarize = (on: Parameters<typeof summarizeReplay>[0]) => summarizeReplay(on, exact, options);

  test('the journal of the local engine says for certain', async () => {
    const { aws, on } = commandOn({ FilterLogEvents: () => ended({ matched: 7 }) });
    await expect(countReplayed(on, exact, STATUS, NOW)).resolves.toEqual({ by: 'journal', events: 7 });
    expect(aws.inputs('FilterLogEvents')).toEqual([
      expect.objectContaining({
        logGroupName: '/local-engine/journal',
        filterPattern: '{ $.hop = "replay" && $.replay = "again" && $.state = "COMPLETED" }',
      }),
    ]);
  });

  test('given that the journal says no, the command fails, whatever was planned and scanned', async () => {
    const { on } = commandOn({ FilterLogEvents: () => ended({ matched: 0 }) });
    await expect(summarize(on)).rejects.toThrow(CommandFailure);
    await expect(summarize(on)).rejects.toThrow('nothing was replayed: no event of this time went to audit');
  });

  test('is looked for on every page, and not known where the journal has forgotten it', async () => {
    const { aws, on } = commandOn({
      FilterLogEvents: ({ nextToken }) => (nextToken === undefined ? { nextToken: 'more' } : { events: [] }),
    });
    await expect(countReplayed(on, exact, STATUS, NOW)).resolves.toEqual({ by: 'unknown' });
    expect(aws.inputs('FilterLogEvents').map(({ nextToken }) => nextToken)).toEqual([undefined, 'more']);
  });

  test('CloudWatch has a hint of on AWS, from the start on', async () => {
    const { aws, on } = commandOn({
      GetMetricData: () => ({
        MetricDataResults: [
          { Id: 'm0', Values: [3, 4] },
          { Id: 'm1', Values: [] },
        ],
      }),
    });
    const plan = planOf({ receivers: [{ subscriber: AUDIT }, { subscriber: MAIL }] });
    await expect(countReplayed(on, plan, STATUS, NOW + 90_000)).resolves.toEqual({
      by: 'CloudWatch',
      counts: [{ subscriber: 'audit', events: 7 }, { subscriber: 'mail' }],
    });
    const [{ StartTime, EndTime }] = aws.inputs('GetMetricData');
    expect(StartTime).toEqual(new Date(NOW));
    expect(EndTime.getTime()).toBeGreaterThanOrEqual(NOW + 90_000);
  });
});
