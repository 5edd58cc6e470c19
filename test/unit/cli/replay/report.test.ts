import { describe, expect, test } from '@jest/globals';
import {
  planJson,
  planText,
  replaysText,
  statusJson,
  summaryJson,
  summaryText,
} from '../../../../cli/commands/replay/report.ts';
import type { ReplayStatus } from '../../../../operations/deployed/archive.ts';
import { EventTimeline } from '../../../../operations/replay/event-counts.ts';
import type { RuleCount } from '../../../../operations/replay/outcome.ts';
import { reachedSubscribers } from '../../../../operations/replay/plan.ts';
import { replayProblem } from '../../../../operations/replay/replay-texts.ts';
import { replayText } from '../../../../operations/replay/run.ts';
import { ARCHIVE, HOUR_MS, NOW, planOf, subscriber } from '../../operations/replay/plans.ts';

const STATUS: ReplayStatus = {
  name: 'again',
  state: 'COMPLETED',
  archiveArn: ARCHIVE.arn,
  window: { from: NOW - HOUR_MS, to: NOW },
  scannedTo: NOW,
  startedAt: NOW,
  endedAt: NOW + 3000,
};

const commandOf = (words: string) => `<${words}>`;

const UNKNOWN = { by: 'unknown' } as const;

const QUIET = { subscriber: 'audit', waiting: 0, deadLetters: 0 };

describe('the summary after a replay', () => {
  test('of which all is well has one line for each receiver, and nothing to do', () => {
    const replayed = { by: 'journal', events: 1234 } as const;
    const summary = { status: STATUS, replayed, before: [QUIET], after: [QUIET], usersWithoutUri: 0 };
    expect(summaryText(summary, commandOf)).toBe(
      `again: COMPLETED, 1,234 events in 3 s
SUBSCRIBER  WAITING  DEAD LETTERS
audit       0        0
Every user has a URI; <reconcile> checks their buckets.
`,
    );
  });

  test('says what has changed, and where to look', () => {
    const after = [{ subscriber: 'audit', waiting: 12, deadLetters: 2000 }];
    const summary = { status: STATUS, replayed: UNKNOWN, before: [QUIET], after, usersWithoutUri: 1 };
    const text = summaryText(summary, commandOf);
    expect(text).toContain('again: COMPLETED, whole window scanned in 3 s\n');
    expect(text).toMatch(/^audit +12 \(before: 0\) +2,000 \(before: 0\)$/m);
    expect(text).toContain('Waiting events will still be processed, or retried.\n');
    expect(text).toContain('<dlq list> shows the dead letters.\n');
    expect(text).toContain('1 user without URI: see <reconcile>.\n');
  });

  test('for machines holds the same', () => {
    const before = [QUIET];
    const after = [{ ...QUIET, waiting: 1 }];
    expect(
      summaryJson({ status: STATUS, replayed: { by: 'journal', events: 3 }, before, after, usersWithoutUri: 2 }),
    ).toEqual({
      name: 'again',
      state: 'COMPLETED',
      from: '2026-11-22T08:00:00Z',
      to: '2026-11-22T09:00:00Z',
      scannedTo: '2026-11-22T09:00:00Z',
      startedAt: '2026-11-22T09:00:00Z',
      endedAt: '2026-11-22T09:00:03Z',
      events: 3,
      before,
      after,
      usersWithoutUri: 2,
    });
  });
});

describe('how many events were replayed', () => {
  const told = (...counts: RuleCount[]) => {
    const replayed = { by: 'CloudWatch', counts } as const;
    const summary = { status: STATUS, replayed, before: [QUIET], after: [QUIET], usersWithoutUri: 0 };
    return { text: summaryText(summary, commandOf), json: summaryJson(summary) };
  };

  test('is on AWS what CloudWatch has counted, others among them', () => {
    const { text, json } = told({ subscriber: 'audit', events: 1200 }, { subscriber: 'mail' });
    expect(text).toContain('again: COMPLETED, whole window scanned in 3 s\n');
    expect(text).toContain(
      'AWS does not say how many events were replayed. Since the start, CloudWatch has counted 1,200 events for audit, ' +
        '0 events for mail, new events included.\n',
    );
    expect(json).toMatchObject({
      counted: [
        { subscriber: 'audit', events: 1200 },
        { subscriber: 'mail', events: null },
      ],
    });
    expect(json).not.toHaveProperty('events');
  });

  test.each([{}, { events: 0 }])('is perhaps none where CloudWatch has %j', (counted) => {
    const { text } = told({ subscriber: 'audit', ...counted });
    expect(text).toContain(
      'CloudWatch has counted none for audit: perhaps there was nothing to replay, or the count is some minutes late.\n',
    );
  });
});

describe('what is left after a replay', () => {
  const problem = (before: object, after: object) =>
    replayProblem({
      status: STATUS,
      replayed: UNKNOWN,
      before: [{ ...QUIET, ...before }],
      after: [{ ...QUIET, ...after }],
      usersWithoutUri: 0,
    });

  test.each([
    [{}, {}],
    [{ deadLetters: 3 }, { deadLetters: 3 }],
    [{ waiting: 9, deadLetters: 3 }, { deadLetters: 2 }],
  ])('is nothing with %j before and %j after', (before, after) => {
    expect(problem(before, after)).toBeUndefined();
  });

  test('is what still waits, and the dead letters that have come', () => {
    expect(problem({ deadLetters: 3 }, { waiting: 1, deadLetters: 5 })).toBe(
      'again is complete, but events are left: 1 event still waits for audit; 2 new dead letters of audit',
    );
  });
});

describe('how far a replay is', () => {
  const { name, archiveArn, window } = STATUS;
  const starting: ReplayStatus = { name, archiveArn, window, state: 'STARTING' };

  test.each<[string, ReplayStatus]>([
    ['again: STARTING, nothing scanned', starting],
    ['again: RUNNING, scanned up to 2026-11-22T08:59:00Z', { ...starting, state: 'RUNNING', scannedTo: NOW - 60_000 }],
    ['again: COMPLETED, whole window scanned', { ...starting, state: 'COMPLETED', scannedTo: NOW }],
    [
      'again: FAILED, nothing scanned in 3 s (no bus)',
      { ...starting, state: 'FAILED', reason: 'no bus', startedAt: NOW, endedAt: NOW + 3000 },
    ],
  ])('is shown: %s', (text, status) => {
    expect(replayText(status)).toBe(text);
  });

  test('leaves out for machines what is not known', () => {
    expect(Object.keys(statusJson(starting))).toEqual(['name', 'state', 'from', 'to']);
  });

  test('is listed in columns', () => {
    expect(replaysText([STATUS, starting])).toBe(
      `NAME   STATE      FROM                  TO                    SCANNED UP TO         STARTED
again  COMPLETED  2026-11-22T08:00:00Z  2026-11-22T09:00:00Z  2026-11-22T09:00:00Z  2026-11-22T09:00:00Z
again  STARTING   2026-11-22T08:00:00Z  2026-11-22T09:00:00Z
`,
    );
  });
});

const DAY_MS = 24 * HOUR_MS;
const EXACT = { timeline: new EventTimeline([1, 2, 3, 4, 5]) };

const THREE = [
  { subscriber: subscriber('audit'), types: ['A'] },
  { subscriber: subscriber('mail'), types: ['B'], hindrance: 'its rule skips replays' as const },
  { subscriber: subscriber('other') },
];

describe('the plan of a replay', () => {
  test('shows who gets how many events, and who gets none and why', () => {
    const plan = planOf({
      ...EXACT,
      receivers: THREE,
      byRuleArn: new Map([
        [subscriber('audit').ruleArn, 5000],
        [subscriber('other').ruleArn, 0],
      ]),
    });
    expect(planText(plan, NOW)).toBe(
      `Replay of 60 min, from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z,
from the archive all, which holds 1,234 events (2.5 MB) in all:

SUBSCRIBER  TAKES      EVENTS
audit       A          5,000
mail        B          none: its rule skips replays
other       any event  0
`,
    );
    expect(reachedSubscribers(plan).map(({ name }) => name)).toEqual(['audit', 'other']);
  });

  test('says what is estimated where events cannot be counted, and what may be missing', () => {
    const text = planText(planOf({ receivers: THREE }), NOW);
    expect(text).toMatch(/^audit +A +about 5$/m);
    expect(text).toMatch(/^other +any event +not known$/m);
    expect(text).toContain('AWS does not say what is in an archive.');
    expect(text).toContain(
      'Events of the last 10 minutes may not be in the archive yet: AWS recommends waiting that long',
    );
    const older = { window: { from: NOW - 2 * HOUR_MS, to: NOW - HOUR_MS } };
    expect(planText(planOf(older), NOW)).not.toContain('10 minutes');
    expect(planText(planOf(EXACT), NOW)).not.toMatch(/about|AWS|10 minutes/);
  });

  test('says when the window begins before what the archive keeps', () => {
    const archive = { ...ARCHIVE, retentionDays: 30 };
    const beyond = planOf({ ...EXACT, archive, window: { from: NOW - 31 * DAY_MS, to: NOW } });
    expect(planText(beyond, NOW)).toContain('The archive keeps events for 30 days: earlier ones are gone.');
    expect(planText(planOf({ ...EXACT, archive }), NOW)).not.toContain('earlier ones');
  });

  test.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [3_200_000_000, '3.2 GB'],
  ])('shows %d bytes as %s', (bytes, shown) => {
    expect(planText(planOf({ archive: { ...ARCHIVE, bytes } }), NOW)).toContain(`(${shown}) in all`);
  });

  test('is the same for machines', () => {
    expect(planJson(planOf({ ...EXACT, receivers: THREE }))).toEqual({
      name: 'again',
      from: '2026-11-22T08:00:00Z',
      to: '2026-11-22T09:00:00Z',
      archive: 'all',
      exact: true,
      events: 5,
      receivers: [
        { subscriber: 'audit', types: ['A'], events: 5 },
        { subscriber: 'mail', types: ['B'], events: 0, hindrance: 'its rule skips replays' },
        { subscriber: 'other', events: null },
      ],
    });
    expect(planJson(planOf())).toMatchObject({ exact: false });
    expect(planJson(planOf())).not.toHaveProperty('events');
  });
});
