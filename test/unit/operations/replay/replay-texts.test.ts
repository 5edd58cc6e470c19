import { describe, expect, test } from '@jest/globals';
import { ARCHIVE_DELAY_MS, LATE_EVENTS, type ReplayStatus } from '../../../../operations/deployed/archive.ts';
import { EventTimeline } from '../../../../operations/replay/event-counts.ts';
import type { CountedEvents } from '../../../../operations/replay/outcome.ts';
import type { Receiver } from '../../../../operations/replay/plan.ts';
import {
  eventsText,
  leftNotes,
  leftText,
  planHeading,
  planNotes,
  queuesTexts,
  replayProblem,
  retentionNotes,
  summaryNotes,
} from '../../../../operations/replay/replay-texts.ts';
import { ARCHIVE, HOUR_MS, NOW, planOf, subscriber } from './plans.ts';

const DAY_MS = 24 * HOUR_MS;
const STATUS: ReplayStatus = {
  name: 'again',
  state: 'COMPLETED',
  archiveArn: ARCHIVE.arn,
  window: { from: NOW - HOUR_MS, to: NOW },
  scannedTo: NOW,
  startedAt: NOW,
  endedAt: NOW + 3000,
};
const TIMELINE = new EventTimeline([NOW]);
const commandOf = (words: string) => `<${words}>`;
const depths = (name: string, waiting: number, deadLetters: number) => ({ subscriber: name, waiting, deadLetters });

test('the heading of a plan names its window, and its archive with what that holds', () => {
  expect(planHeading(planOf())).toEqual([
    'Replay of 60 min, from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z,',
    'from the archive all, which holds 1,234 events (2.5 MB) in all:',
  ]);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [1_000_000, '1.0 MB'],
  [999_940_000, '999.9 MB'],
  [1_000_000_000, '1.0 GB'],
  [12_340_000_000, '12.3 GB'],
])('an archive of %d bytes holds %s', (bytes, text) => {
  expect(planHeading(planOf({ archive: { ...ARCHIVE, bytes } }))[1]).toContain(` (${text}) `);
});

describe('how many events a subscriber gets', () => {
  const audit: Receiver = { subscriber: subscriber('audit') };
  const rule = subscriber('audit').ruleArn;

  test.each([
    ['an estimate', planOf({ byRuleArn: new Map([[rule, 1234]]) }), audit, 'about 1,234'],
    ['a number that was counted', planOf({ byRuleArn: new Map([[rule, 5]]), timeline: TIMELINE }), audit, '5'],
    ['none', planOf({ byRuleArn: new Map([[rule, 0]]), timeline: TIMELINE }), audit, '0'],
    ['no number', planOf({ byRuleArn: new Map() }), audit, 'not known'],
    [
      'a rule that is disabled',
      planOf(),
      { ...audit, hindrance: 'its rule is disabled' } as const,
      'none: its rule is disabled',
    ],
  ])('given %s', (_, plan, receiver, text) => {
    expect(eventsText(plan, receiver)).toBe(text);
  });
});

describe('what to know about the numbers of a plan', () => {
  const estimated = expect.stringMatching(/^AWS does not say what is in an archive\. .*\nby CloudWatch: /);

  test.each([
    ['that ends now, on AWS', planOf(), NOW, [estimated, LATE_EVENTS]],
    ['that ended almost ten minutes ago, on AWS', planOf(), NOW + ARCHIVE_DELAY_MS - 1, [estimated, LATE_EVENTS]],
    ['that ended ten minutes ago, on AWS', planOf(), NOW + ARCHIVE_DELAY_MS, [estimated]],
    ['whose events were counted', planOf({ timeline: TIMELINE }), NOW, []],
    [
      'that begins before what the archive keeps',
      planOf({ timeline: TIMELINE, archive: { ...ARCHIVE, retentionDays: 1 } }),
      NOW + DAY_MS,
      ['The archive keeps events for 1 day: earlier ones are gone.'],
    ],
  ])('given a plan %s', (_, plan, now, notes) => {
    expect(planNotes(plan, now)).toEqual(notes);
  });

  test.each([
    [0, 0, []],
    [30, NOW - 30 * DAY_MS, []],
    [30, NOW - 30 * DAY_MS - 1, ['The archive keeps events for 30 days: earlier ones are gone.']],
  ])('given an archive that keeps events for %i days, and a window from %i', (retentionDays, from, notes) => {
    expect(retentionNotes({ window: { from, to: NOW }, archive: { ...ARCHIVE, retentionDays } }, NOW)).toEqual(notes);
  });
});

test('queues say what was in them before, where that is another number', () => {
  const before = [depths('audit', 0, 7), depths('mail', 4, 4)];
  const after = [depths('audit', 1234, 7), depths('mail', 4, 3000), depths('new', 1, 2)];
  expect(queuesTexts({ before, after })).toEqual([
    { subscriber: 'audit', waiting: '1,234 (before: 0)', deadLetters: '7' },
    { subscriber: 'mail', waiting: '4', deadLetters: '3,000 (before: 4)' },
    { subscriber: 'new', waiting: '1', deadLetters: '2' },
  ]);
});

describe('what to do after a replay', () => {
  const ALL_WELL = 'Every user has a URI; <reconcile> checks their buckets.';

  test.each([
    ['nothing left', [depths('audit', 0, 0)], 0, [ALL_WELL]],
    [
      'waiting events of one of two',
      [depths('audit', 0, 0), depths('mail', 1, 0)],
      0,
      ['Waiting events will still be processed, or retried.', ALL_WELL],
    ],
    [
      'dead letters of one of two',
      [depths('audit', 0, 1), depths('mail', 0, 0)],
      0,
      ['<dlq list> shows the dead letters.', ALL_WELL],
    ],
    ['a user without URI', [], 1, ['1 user without URI: see <reconcile>.']],
    ['many users without URI', [], 2000, ['2,000 users without URI: see <reconcile>.']],
  ])('given %s', (_, after, usersWithoutUri, notes) => {
    expect(leftNotes({ after, usersWithoutUri }, commandOf)).toEqual(notes);
  });

  test.each<[string, CountedEvents, string[]]>([
    ['counted by the journal', { by: 'journal', events: 3 }, []],
    ['not known', { by: 'unknown' }, []],
    [
      'counted by CloudWatch',
      { by: 'CloudWatch', counts: [{ subscriber: 'audit', events: 3 }, { subscriber: 'mail' }] },
      [
        'AWS does not say how many events were replayed. Since the start, CloudWatch has counted 3 events for audit, 0 events for mail, new events included.',
      ],
    ],
    [
      'not counted by CloudWatch yet',
      { by: 'CloudWatch', counts: [{ subscriber: 'audit', events: 0 }, { subscriber: 'mail' }] },
      [
        'AWS does not say how many events were replayed. Since the start, CloudWatch has counted none for audit, mail: perhaps there was nothing to replay, or the count is some minutes late.',
      ],
    ],
  ])('given a number of events that is %s', (_, replayed, notes) => {
    const summary = { status: STATUS, replayed, before: [], after: [], usersWithoutUri: 0 };
    expect(summaryNotes(summary, commandOf)).toEqual([...notes, ALL_WELL]);
  });
});

describe('what is left after a replay, in a line', () => {
  test.each([
    ['nothing', [], [depths('audit', 0, 0)], undefined],
    ['the dead letters of before', [depths('audit', 5, 2)], [depths('audit', 0, 2)], undefined],
    ['fewer dead letters than before', [depths('audit', 0, 2)], [depths('audit', 0, 1)], undefined],
    [
      'an event that waits, and new dead letters',
      [depths('audit', 0, 2)],
      [depths('audit', 1, 3), depths('mail', 2, 2)],
      'what is done, but events are left: 1 event still waits for audit; 1 new dead letter of audit; 2 events still wait for mail; 2 new dead letters of mail',
    ],
  ])('given %s', (_, before, after, text) => {
    expect(leftText('what is done', { before, after })).toBe(text);
    const problem = replayProblem({ status: STATUS, replayed: { by: 'unknown' }, before, after, usersWithoutUri: 0 });
    expect(problem).toBe(text?.replace('what is done', 'again is complete'));
  });
});
