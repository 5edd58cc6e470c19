import { describe, expect, test } from '@jest/globals';
import { EventTimeline } from '../../../../operations/replay/event-timeline.ts';
import { planJson, planText, reached, whyInVain } from '../../../../operations/replay/replay-plan.ts';
import { ARCHIVE, HOUR_MS, NOW, planOf, subscriber } from './plans.ts';

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
out of the archive all, which holds 1,234 events (2.5 MB) in all:

SUBSCRIBER  TAKES      EVENTS
audit       A          5,000
mail        B          none: its rule skips replays
other       any event  0
`,
    );
    expect(reached(plan).map((receiver) => receiver.subscriber.name)).toEqual(['audit', 'other']);
  });

  test('says what is estimated where events cannot be counted, and what may be missing', () => {
    const text = planText(planOf({ receivers: THREE }), NOW);
    expect(text).toMatch(/^audit +A +about 5$/m);
    expect(text).toMatch(/^other +any event +not known$/m);
    expect(text).toContain('AWS does not tell what is in an archive.');
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

describe('a replay is in vain', () => {
  test('when all who are chosen skip replays or are disabled', () => {
    const receivers = [
      { subscriber: subscriber('mail'), hindrance: 'its rule skips replays' as const },
      { subscriber: subscriber('old'), hindrance: 'its rule is disabled' as const },
    ];
    expect(whyInVain(planOf({ receivers }))).toBe(
      'nothing to replay: mail gets none, since its rule skips replays; old gets none, since its rule is disabled',
    );
  });

  test('when the archive holds nothing for them', () => {
    expect(whyInVain(planOf({ timeline: new EventTimeline([]) }))).toBe(
      'nothing to replay: the archive all holds no event for audit from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z',
    );
  });

  test('unless something comes of it, or that is not known', () => {
    expect(whyInVain(planOf(EXACT))).toBeUndefined();
    expect(whyInVain(planOf({ byRuleArn: new Map() }))).toBeUndefined();
  });
});
