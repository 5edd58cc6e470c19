import { describe, expect, test } from '@jest/globals';
import { ARCHIVE, ENTRY, makeEventBridge, rule } from '../support/event-bridge.ts';

const AT = Date.parse('2026-11-22T10:00:00Z');

function archiveWith(count: number) {
  const { events } = makeEventBridge();
  events.addArchive(ARCHIVE);
  const put = (second: number) => events.putEvents([{ ...ENTRY, Time: AT / 1000 + second }]).Entries[0]?.EventId;
  const ids = Array.from({ length: count }, (_, second) => put(second));
  const list = (request: { from?: number; to?: number; after?: string; limit?: number } = {}) => {
    const listed = events.archivedEvents('all', { limit: 100, ...request });
    if (listed === undefined) throw new Error('There is no archive.');
    return { listed, lines: listed.map(({ message }) => JSON.parse(message)) };
  };
  return { events, ids, list };
}

describe('an archive as log lines', () => {
  test('given an event, its line says what it is and when it was', () => {
    const { ids, list } = archiveWith(1);
    expect(list().listed[0]?.at).toBe(AT);
    expect(list().lines).toEqual([
      { id: ids[0], source: 'users-table', detailType: 'UserRegistered', time: '2026-11-22T10:00:00Z', rules: [] },
    ]);
  });

  test.each([
    { given: 'it matches', change: {}, rules: ['users'] },
    { given: 'it wants another type', change: { pattern: { 'detail-type': ['BucketCreated'] } }, rules: [] },
    { given: 'it skips replays', change: { pattern: { 'replay-name': [{ exists: false }] } }, rules: [] },
    { given: 'it wants replays alone', change: { pattern: { 'replay-name': [{ exists: true }] } }, rules: ['users'] },
    { given: 'it wants another replay', change: { pattern: { 'replay-name': ['mine'] } }, rules: [] },
    { given: 'it is disabled', change: { isEnabled: false }, rules: [] },
  ])('given a rule, that it would meet the event when $given is $rules', ({ change, rules }) => {
    const { events, list } = archiveWith(1);
    events.rules.deploy(rule('users', change));
    expect(list().lines).toMatchObject([{ rules }]);
  });

  test('given more than a page, the pages together hold every event once, in order', () => {
    const { ids, list } = archiveWith(5);
    const pageAfter = ({ listed }: ReturnType<typeof list>) => list({ limit: 2, after: String(listed.at(-1)?.id) });
    const first = list({ limit: 2 });
    const second = pageAfter(first);
    const third = pageAfter(second);
    expect([first, second, third].map(({ lines }) => lines.length)).toEqual([2, 2, 1]);
    expect([...first.lines, ...second.lines, ...third.lines].map(({ id }) => id)).toEqual(ids);
    expect(pageAfter(third).lines).toEqual([]);
  });

  test('given a window, it lists from its start to before its end', () => {
    const { ids, list } = archiveWith(5);
    const { lines } = list({ from: AT + 1000, to: AT + 3000 });
    expect(lines.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  });

  test('given a place that is none, or an archive that does not exist, it says so', () => {
    const { events, list } = archiveWith(1);
    expect(() => list({ after: 'nowhere' })).toThrow('nowhere is not a position in an archive.');
    expect(events.archivedEvents('other', { limit: 1 })).toBeUndefined();
  });
});
