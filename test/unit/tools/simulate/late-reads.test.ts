import { expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { lateIn } from '../../../../tools/simulate/day/replays.ts';

const REPLAY = 'read-1';

/** The journal of an event that a command reads from the archive. @param delivered how it came, and when, in milliseconds */
function late(delivered: readonly (readonly ['delivered' | 'refused', number])[], rule = REPLAY): string[] {
  const hops = [
    { hop: 'event', replay: REPLAY, detail: { metadata: { eventId: 'e' } } },
    { hop: 'rule', rule, matched: true },
    ...delivered.map(([outcome, ms]) => ({ hop: 'rule-delivery', rule, outcome, ms })),
  ];
  const entries = hops.map((hop, sequence) => ({ sequence, at: 0, eventId: 'b', ...hop })) as JournalEntry[];
  const times = new Map(hops.map((hop, sequence) => [sequence, 5000 + ('ms' in hop ? hop.ms : 0)]));
  return lateIn(entries, times).map(({ replay, eventId }) => `${replay} ${eventId}`);
}

test('an event of the archive comes to the queue of a command in time, late or never', () => {
  expect(late([['delivered', 999]])).toEqual([]);
  expect(late([['delivered', 1000]])).toEqual(['read-1 e']);
  expect(late([['refused', 0]])).toEqual(['read-1 e']);
  expect(
    late([
      ['refused', 0],
      ['delivered', 300],
    ]),
  ).toEqual([]);
});

test('an event that came in time and is sent again, as an engine was killed, is not late', () => {
  const [inTime, again] = [['delivered', 300] as const, ['delivered', 60_000] as const];
  expect(late([inTime, again])).toEqual([]);
  expect(late([['delivered', 1000], again])).toEqual(['read-1 e']);
});

test('what comes to another rule by a replay is no read', () => {
  expect(late([['refused', 0]], 'bucket-service-rule')).toEqual([]);
});
