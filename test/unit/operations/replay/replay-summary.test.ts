import { describe, expect, test } from '@jest/globals';
import type { ReplayStatus } from '../../../../operations/deployed/replays.ts';
import {
  progressText,
  replayProblem,
  replaysText,
  statusJson,
  summaryJson,
  summaryText,
} from '../../../../operations/replay/replay-summary.ts';
import type { RuleCount } from '../../../../operations/replay/replayed.ts';
import { ARCHIVE, HOUR_MS, NOW } from './plans.ts';

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
Every user has a URI; whether all have their buckets, <reconcile> tells.
`,
    );
  });

  test('says what has changed, and where to look', () => {
    const after = [{ subscriber: 'audit', waiting: 12, deadLetters: 2000 }];
    const summary = { status: STATUS, replayed: UNKNOWN, before: [QUIET], after, usersWithoutUri: 1 };
    const text = summaryText(summary, commandOf);
    expect(text).toContain('again: COMPLETED, all of its time scanned in 3 s\n');
    expect(text).toMatch(/^audit +12 \(before: 0\) +2,000 \(before: 0\)$/m);
    expect(text).toContain('What waits is still worked off, or tried again.\n');
    expect(text).toContain('Dead letters are shown by <dlq list>.\n');
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
    expect(text).toContain('again: COMPLETED, all of its time scanned in 3 s\n');
    expect(text).toContain(
      'AWS does not say how many events were replayed. Since the start, CloudWatch has counted 1,200 events for audit, ' +
        '0 events for mail, those that came meanwhile among them.\n',
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
      'CloudWatch has counted none for audit: perhaps there was nothing to replay. It may count minutes late.\n',
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
      'again is replayed, but not worked off: 1 event still waits for audit; 2 more dead letters of audit',
    );
  });
});

describe('how far a replay is', () => {
  const { name, archiveArn, window } = STATUS;
  const starting: ReplayStatus = { name, archiveArn, window, state: 'STARTING' };

  test.each<[string, ReplayStatus]>([
    ['again: STARTING, nothing scanned', starting],
    ['again: RUNNING, scanned up to 2026-11-22T08:59:00Z', { ...starting, state: 'RUNNING', scannedTo: NOW - 60_000 }],
    ['again: COMPLETED, all of its time scanned', { ...starting, state: 'COMPLETED', scannedTo: NOW }],
    [
      'again: FAILED, nothing scanned in 3 s (no bus)',
      { ...starting, state: 'FAILED', reason: 'no bus', startedAt: NOW, endedAt: NOW + 3000 },
    ],
  ])('is told: %s', (text, status) => {
    expect(progressText(status)).toBe(text);
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
