import { describe, expect, test } from '@jest/globals';
import type { EventView } from '../../../console/contract/events.ts';
import { EventLog } from '../../../console/page/events/event-log.ts';

const ALL = { type: '', user: '', text: '' };

const event = (id: string, more: Partial<EventView> = {}): EventView => {
  return { id, at: 0, type: 'UserRegistered', source: 'users-table', detail: '{}', ...more };
};
const add = (log: EventLog, ...events: readonly EventView[]) =>
  log.add({ now: 0, events, verdicts: [], isGap: false, isAnew: false });
const ids = (log: EventLog, filter = {}) => log.matching({ ...ALL, ...filter }).map(({ id }) => id);

describe('the log of events', () => {
  test('has the latest first', () => {
    const log = new EventLog();
    add(log, event('a'), event('b'));
    add(log, event('c'));
    expect(ids(log)).toEqual(['c', 'b', 'a']);
  });

  test.each([
    [{ type: 'Other' }, ['b']],
    [{ user: 'ji' }, ['c']],
    [{ text: 'needle' }, ['d']],
    [{ text: 'users-table' }, ['d', 'c', 'a']],
    [{ text: 'monday' }, ['e']],
    [{ type: 'UserRegistered', user: 'nobody' }, []],
  ])('given the filter %j, has what fits', (filter, found) => {
    const log = new EventLog();
    add(log, event('a'), event('b', { type: 'Other', source: 'x' }), event('c', { userId: 'ji' }));
    add(log, event('d', { detail: '{"a":"needle"}' }), event('e', { replay: 'monday', source: 'x' }));
    expect(ids(log, filter)).toEqual(found);
  });

  test('while it is paused, keeps what comes for later', () => {
    const log = new EventLog();
    add(log, event('a'));
    log.pause(true);
    add(log, event('b'), event('c'));
    expect([ids(log), log.waiting.value]).toEqual([['a'], 2]);
    log.pause(false);
    expect([ids(log), log.waiting.value]).toEqual([['c', 'b', 'a'], 0]);
  });

  test('given the events of another engine, has no more of the one before', () => {
    const log = new EventLog();
    add(log, event('a'));
    log.add({
      now: 0,
      events: [],
      verdicts: [{ eventId: 'a', subscriber: 's', isMatched: true }],
      isGap: true,
      isAnew: false,
    });
    log.add({ now: 0, events: [event('b')], verdicts: [], isGap: false, isAnew: true });
    expect([ids(log), log.verdictsOf('a'), log.hasGap.value]).toEqual([['b'], [], false]);
  });

  test('keeps what rules decided, also what comes after the event', () => {
    const log = new EventLog();
    add(log, event('a'));
    const verdict = { eventId: 'a', subscriber: 'uri-recorder', isMatched: true };
    log.add({ now: 0, events: [], verdicts: [verdict], isGap: false, isAnew: false });
    expect([log.verdictsOf('a'), log.verdictsOf('b')]).toEqual([[verdict], []]);
  });

  test('given more than 100,000, drops the oldest; and remembers that the server left some out', () => {
    const log = new EventLog();
    for (let start = 0; start < 101_000; start += 1000) {
      add(log, ...Array.from({ length: 1000 }, (_, index) => event(String(start + index))));
    }
    const kept = ids(log);
    expect(kept[0]).toBe('100999');
    expect(kept.length).toBeGreaterThanOrEqual(95_000);
    expect(kept.length).toBeLessThanOrEqual(100_000);
    expect(log.hasGap.value).toBe(false);
    log.add({ now: 0, events: [], verdicts: [], isGap: true, isAnew: false });
    expect(log.hasGap.value).toBe(true);
  });
});
