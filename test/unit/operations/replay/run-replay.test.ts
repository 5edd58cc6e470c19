import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/replays.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { countReplayed } from '../../../../operations/replay/count-replayed.ts';
import { EventTimeline } from '../../../../operations/replay/event-timeline.ts';
import { doneAt, followPlanned, startPlanned, summarizeAfterReplay } from '../../../../operations/replay/run-replay.ts';
import { FakeAws } from '../aws/fake-aws.ts';
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

const ended = (entry: object) => ({
  events: [{ message: JSON.stringify({ hop: 'replay', replay: 'again', ...entry }) }],
});

describe('starting what was planned', () => {
  test('names the rule of each receiver, and of none who gets nothing', async () => {
    const { aws, on } = commandOn({ StartReplay: () => ({}) });
    const receivers = [
      { subscriber: AUDIT },
      { subscriber: subscriber('skipping'), hindrance: 'its rule skips replays' },
      { subscriber: MAIL },
      { subscriber: subscriber('off'), hindrance: 'its rule is disabled' },
    ] as const;
    await startPlanned(on, planOf({ receivers }));
    expect(aws.inputs('StartReplay').map(({ Destination }) => Destination)).toEqual([
      { Arn: ARCHIVE.busArn, FilterArns: [AUDIT.ruleArn, MAIL.ruleArn] },
    ]);
  });

  test('starts nothing where nobody gets anything: that would be a replay to all rules', async () => {
    const { aws, on } = commandOn({ StartReplay: () => ({}) });
    const receivers = [{ subscriber: AUDIT, hindrance: 'its rule is disabled' }] as const;
    await expect(startPlanned(on, planOf({ receivers }))).rejects.toThrow('all rules of the bus');
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
    expect(doneAt({ window, timeline }, given.scannedTo)).toBe(given.events);
    expect(doneAt({ window }, given.scannedTo)).toBe(given.minutes);
  });
});

describe('following it', () => {
  test('takes no sign of the scan for a sign of events', async () => {
    // As AWS describes a replay of a window without an event.
    const EventLastReplayedTime = new Date(NOW - 60_000);
    const [EventStartTime, EventEndTime] = [new Date(STATUS.window.from), new Date(NOW)];
    const described = { ReplayName: 'again', State: 'COMPLETED', EventStartTime, EventEndTime, EventLastReplayedTime };
    const { on } = commandOn({ DescribeReplay: () => described });
    await expect(followPlanned(on, planOf(), GOING_ON)).resolves.toMatchObject({ state: 'COMPLETED', scannedTo: NOW });
  });

  test('fails where it fails, with AWS’s reason', async () => {
    const described = { ReplayName: 'again', State: 'FAILED', StateReason: 'Archive resource not found.' };
    const { on } = commandOn({ DescribeReplay: () => described });
    const following = followPlanned(on, planOf(), GOING_ON);
    await expect(following).rejects.toThrow(CommandFailure);
    await expect(following).rejects.toThrow('again: FAILED, nothing scanned (Archive resource not found.)');
  });
});

describe('whether anything was replayed', () => {
  const exact = planOf({ timeline: new EventTimeline([NOW - 1000]) });
  const summarize = (on: Parameters<typeof summarizeAfterReplay>[0]) =>
    summarizeAfterReplay(on, exact, { status: STATUS, before: [] }, GOING_ON);

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
