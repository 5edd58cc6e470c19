import { describe, expect, test } from '@jest/globals';
import type { CommandRun } from '../../../../tools/simulate/operators/operators.ts';
import type { SentCall } from '../../../../tools/simulate/operators/sent-call.ts';
import type { Outcome } from '../../../../tools/simulate/promises/index.ts';
import {
  exportsHoldTheirWindow,
  importsNoteWhatIsDone,
  importsPutTheirFile,
} from '../../../../tools/simulate/promises/moved-events.ts';
import { broken, called, ran, STARTED_AT } from '../../../support/simulated-commands.ts';

test('an import notes no event as imported before the bus has taken it', () => {
  const put = called('PutEvents', { Entries: [{ Detail: 'a' }] }, { Entries: [{ EventId: '1' }] });
  const imported = (...notes: (number | undefined)[]) =>
    broken(importsNoteWhatIsDone, [
      ran('events import f', { calls: notes.map((note, place) => ({ ...put, place, imported: note })) }),
    ]);
  expect(imported(undefined, 0, 1, 2)).toEqual([]);
  expect(imported(undefined, 2)).toEqual(['notes 2 events as imported, and the bus has 1']);
});

describe('an export', () => {
  const at = STARTED_AT - 60_000;
  const event = { at, archivedAt: at, subscriber: 'bucket-service', eventId: 'e', userId: 'ada' };
  const exported = (after: string[], more: Partial<CommandRun> = {}, seen: Partial<Outcome> = {}, options = '') =>
    broken(
      exportsHoldTheirWindow,
      [ran(`events export f --from 10m${options}`, { file: { before: ['e'], after }, ...more })],
      { archived: [event], ...seen },
    );
  const wrong = ['has not written e'];

  test('that ends well holds the events of its window, as often as they are there', () => {
    expect(exported(['other', 'e'])).toEqual([]);
    expect(exported(['other'])).toEqual(wrong);
    expect(exported(['e'], {}, { archived: [event, event] })).toEqual(wrong);
    expect(exported(['e', 'e'], {}, { archived: [event, event] })).toEqual([]);
    // Each subscriber to it is in the list.
    const archived = [event, { ...event, subscriber: 'welcome-mail' }];
    expect(exported(['e'], {}, { archived })).toEqual([]);
    expect(exported([], {}, { archived })).toEqual(wrong);
  });

  test('may end otherwise', () => {
    for (const code of [1, 130, 'killed'] as const) expect(exported([], { ending: { at: 0, code } })).toEqual([]);
    const { file: _, ...unread } = ran('events export f --from 10m');
    expect(broken(exportsHoldTheirWindow, [unread], { archived: [event] })).toEqual(wrong);
  });

  test('chooses by its options', () => {
    expect(exported([], {}, {}, ' --user ada')).toEqual(wrong);
    expect(exported([], {}, {}, ' --user eve')).toEqual([]);
    expect(exported([], {}, {}, ' --to 30s')).toEqual(wrong);
    expect(exported([], {}, {}, ' --to 2m')).toEqual([]);
  });

  test.each(['2026-11-30T09:00Z', '', 's', '10', '10d'])('needs an age to be judged by, and not %j', (from) => {
    const run = ran('events export f', { file: { before: [], after: [] } });
    const judge = () =>
      broken(exportsHoldTheirWindow, [{ ...run, args: [...run.args, '--from', from] }], { archived: [event] });
    expect(judge).toThrow('Simulated commands have ages such as 10m');
  });

  test('counts its window in seconds, from now by its own clock if that differs little', () => {
    const aged = (ageMs: number, more: Partial<CommandRun> = {}) =>
      exported([], more, { archived: [{ ...event, at: STARTED_AT - ageMs }] });
    expect(aged(1000)).toEqual(wrong);
    expect(aged(999)).toEqual([]);
    expect(aged(594_000)).toEqual(wrong);
    expect(aged(600_000)).toEqual([]);
    expect(aged(2999, { clockAheadMs: -2000 })).toEqual([]);
    expect(aged(3000, { clockAheadMs: -2000 })).toEqual(wrong);
    expect(aged(7000, { clockAheadMs: -60_000 })).toEqual(wrong);
    expect(exported([], { isClockSet: true })).toEqual([]);
  });

  test('has nothing that was archived after it began, also where the clock was set back then', () => {
    const archived = (archivedAt: number) => exported([], {}, { archived: [{ ...event, archivedAt }] });
    expect(archived(STARTED_AT)).toEqual(wrong);
    expect(archived(STARTED_AT + 1)).toEqual([]);
  });

  test('may miss what its queue refused at first', () => {
    const calls = [called('StartReplay', { ReplayName: 'r' }, {})];
    const of = (replay: string, eventId: string) => exported([], { calls }, { lateReads: [{ replay, eventId }] });
    expect(of('r', 'e')).toEqual([]);
    expect(of('r', 'other')).toEqual(wrong);
    expect(of('other', 'e')).toEqual(wrong);
  });
});

describe('an import that ends well', () => {
  const put = (
    place: number,
    ids: string[],
    results: object[] = ids.map(() => ({ EventId: '1' })),
    imported?: number,
  ) => ({
    ...called(
      'PutEvents',
      { Entries: ids.map((eventId) => ({ Detail: JSON.stringify({ metadata: { eventId } }) })) },
      { Entries: results },
    ),
    place,
    imported,
  });
  const run = (before: string[], calls: SentCall[], more: Partial<CommandRun> = {}) =>
    ran('events import f --yes', { file: { before, after: before }, calls, ...more });
  const imported = (...runs: CommandRun[]) => broken(importsPutTheirFile, runs);
  const wrong = ['has not put b on the bus'];

  test('has put every event of its file, as often as it is there', () => {
    expect(imported(run(['a', 'b'], [put(1, ['a', 'b'])]))).toEqual([]);
    expect(imported(run(['a', 'b'], [put(1, ['a'])]))).toEqual(wrong);
    expect(imported(run(['b', 'a', 'b'], [put(1, ['a', 'b'])]))).toEqual(wrong);
    const refused = put(1, ['a', 'b'], [{ EventId: '1' }, { ErrorCode: 'Throttled' }]);
    expect(imported(run(['a', 'b'], [refused]))).toEqual(wrong);
    expect(imported(run(['a', 'b'], [refused, put(2, ['b'])]))).toEqual([]);
    expect(imported(run(['a', 'b'], [], { ending: { at: 0, code: 130 } }))).toEqual([]);
  });

  test('had a file', () => {
    expect(imported(ran('events import f --yes'))).toEqual(['has no file']);
    expect(imported(ran('events import f --yes', { ending: { at: 0, code: 1 } }))).toEqual([]);
  });

  test('or another import has, as far as that was noted when it began', () => {
    const first = run(['b', 'c'], [put(1, ['b'])], { ending: { at: 0, code: 'killed' } });
    const continued = (noted: number) => run(['b', 'c'], [put(2, ['c'], undefined, noted)]);
    expect(imported(first, continued(1))).toEqual([]);
    expect(imported(first, continued(0))).toEqual(wrong);
    expect(imported(continued(1))).toEqual(wrong);
    const later = run(['b', 'c'], [put(3, ['b'])], { ending: { at: 0, code: 'killed' } });
    expect(imported(later, continued(1))).toEqual(wrong);
  });

  test('has read the file as it was at its beginning or at its end', () => {
    const file = { before: ['a'], after: ['b', 'c'] };
    expect(imported(run([], [put(1, ['a'])], { file }))).toEqual([]);
    expect(imported(run([], [put(1, ['b', 'c'])], { file }))).toEqual([]);
    expect(imported(run([], [put(1, ['c'])], { file }))).toHaveLength(1);
  });
});
