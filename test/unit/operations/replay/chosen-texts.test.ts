import { describe, expect, test } from '@jest/globals';
import { ARCHIVE_DELAY_MS, LATE_EVENTS } from '../../../../operations/deployed/archive.ts';
import { type ChosenPlan, type ChosenReceiver, needsReading } from '../../../../operations/replay/chosen-plan.ts';
import {
  chosenEventsText,
  chosenNotes,
  reasonNothingChosen,
  sentText,
} from '../../../../operations/replay/chosen-texts.ts';
import { ARCHIVE, HOUR_MS, NOW, subscriber } from './plans.ts';

const events = (count: number) => Array.from({ length: count }, () => ({ at: NOW, body: '{}' }));
const receiver = (name: string, more: Partial<ChosenReceiver> = {}): ChosenReceiver => {
  return { subscriber: subscriber(name), isIncluded: false, events: [], done: 0, ...more };
};
const planFor = (receivers: readonly ChosenReceiver[], more: Partial<ChosenPlan> = {}): ChosenPlan => {
  return {
    name: 'again',
    window: { from: NOW - HOUR_MS, to: NOW },
    archive: ARCHIVE,
    receivers,
    notDone: false,
    ...more,
  };
};
const SKIPS = { hindrance: 'its rule skips replays' } as const;
const DISABLED = { hindrance: 'its rule is disabled' } as const;

test.each<[Partial<ChosenReceiver>, string]>([
  [{ events: events(1200) }, '1,200'],
  [{ events: events(2), done: 1000 }, '2, without 1,000 whose effect is there'],
  [{ events: events(2), isIncluded: true }, '2, although it skips replays'],
  [{ done: 1, isIncluded: true }, '0, without 1 whose effect is there, although it skips replays'],
  [DISABLED, 'none: its rule is disabled'],
  [SKIPS, 'none: its rule skips replays; --include-skipped sends them all the same'],
])('of a subscriber: %#', (more, text) => {
  expect(chosenEventsText(receiver('audit', more))).toBe(text);
});

describe('what to know about a plan', () => {
  const AWS = { stackName: 'mine' };
  const LOCAL = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };
  const later = NOW + ARCHIVE_DELAY_MS;
  const mixed = [
    receiver('uri-recorder', { doneBy: 'the row has a URI' }),
    receiver('audit'),
    receiver('mail'),
    receiver('off', DISABLED),
    receiver('off-too', { ...DISABLED, doneBy: 'nothing' }),
  ];
  const known = 'The effect of uri-recorder is there where the row has a URI.';

  test.each([
    ['nothing of note', planFor([receiver('audit')]), AWS, later, []],
    ['events left out', planFor(mixed), AWS, later, [known]],
    [
      'events left out, where that can be known',
      planFor(mixed, { notDone: true }),
      AWS,
      later,
      [known, 'Whether the effect of audit, mail is there cannot be known: no event is left out.'],
    ],
    ['all receivers known', planFor(mixed.slice(0, 1), { notDone: true }), AWS, later, [known]],
    ['a window that has only just ended, on AWS', planFor([]), AWS, later - 1, [LATE_EVENTS]],
    ['the same on the engine', planFor([]), LOCAL, NOW, []],
    [
      'a window that the archive no longer has',
      planFor([], { archive: { ...ARCHIVE, retentionDays: 1 } }),
      AWS,
      NOW + 24 * HOUR_MS,
      ['The archive keeps events for 1 day: earlier ones are gone.'],
    ],
  ])('given %s', (_, plan, target, now, notes) => {
    expect(chosenNotes(plan, target, now)).toEqual(notes);
  });
});

test.each([
  ['one event', planFor([receiver('audit'), receiver('mail', { events: events(1) })]), undefined],
  [
    'no subscriber that it reaches',
    planFor([receiver('audit', DISABLED), receiver('mail', SKIPS)]),
    'nothing to replay: audit gets none: its rule is disabled; mail gets none: its rule skips replays; --include-skipped sends them all the same',
  ],
  [
    'events that are all done',
    planFor([receiver('audit', { done: 2 }), receiver('mail', { done: 3 }), receiver('off', { ...DISABLED, done: 9 })]),
    'nothing to replay: the effect of all 5 events for audit, mail is there',
  ],
  [
    'no event in the archive',
    planFor([receiver('audit'), receiver('off', DISABLED)]),
    'nothing to replay: the archive all holds no such event for audit from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z',
  ],
])('why nothing is sent, given %s', (_, plan, reason) => {
  expect(reasonNothingChosen(plan)).toBe(reason);
});

test.each([
  [{ sent: 1, total: 1 }, 'again: 1 event sent'],
  [{ sent: 2000, total: 2000 }, 'again: 2,000 events sent'],
  [
    { sent: 1200, total: 4000, next: NOW },
    'again: 1,200 of 4,000 events sent; --from 2026-11-22T09:00:00Z continues with the rest',
  ],
])('given %j, how far it came', (sent, text) => {
  expect(sentText({ name: 'again' }, sent)).toBe(text);
});

test.each([
  [{}, false],
  [{ users: undefined, rate: undefined, notDone: false, includeSkipped: false }, false],
  [{ users: [] }, true],
  [{ rate: 5 }, true],
  [{ notDone: true }, true],
  [{ includeSkipped: true }, true],
])('the choice %j needs that the archive is read: %s', (choice, expected) => {
  expect(needsReading(choice)).toBe(expected);
});
