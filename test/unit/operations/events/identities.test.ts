import { describe, expect, test } from '@jest/globals';
import { Identities } from '../../../../operations/events/follow-events.ts';
import type { Envelope } from '../../../../operations/events/session.ts';
import { event } from './envelopes.ts';

/** What one reading says of events. */
function reading(...events: readonly Envelope[]): string[] {
  const identities = new Identities();
  return events.map((each) => identities.of(each));
}

describe('an event of the pipeline', () => {
  test('is the same by event id and time, whatever the envelope’s id', () => {
    const archived = event('e1', 5);
    expect(reading({ ...archived, id: 'another' })).toEqual(reading(archived));
    expect(reading(archived, archived)[1]).toBe(reading(archived)[0]);
    expect(reading(event('e1', 6))).not.toEqual(reading(archived));
    expect(reading(event('e2', 5))).not.toEqual(reading(archived));
  });

  test('is another one in each replay that the bus sees', () => {
    const names = [{}, { 'replay-name': 'one' }, { 'replay-name': 'two' }];
    expect(new Set(names.map((name) => reading(event('e1', 5, name))[0])).size).toBe(3);
  });
});

describe('an event of somebody else, without an event id', () => {
  const foreign = (id: string, more: Partial<Envelope> = {}) => event(id, 5, { detail: {}, ...more });

  test('is the same in each reading, whatever the envelope’s id', () => {
    expect(reading(foreign('e2'))).toEqual(reading(foreign('e1')));
    const strange = { detail: { metadata: null } as never };
    expect(reading(foreign('e2', strange))).toEqual(reading(foreign('e1', strange)));
  });

  test('is one of as many as look the same', () => {
    const [first, second] = reading(foreign('e1'), foreign('e2'));
    expect(second).not.toBe(first);
    expect(reading(foreign('e3'), foreign('e4'))).toEqual([first, second]);
  });

  test.each<[string, Partial<Envelope>]>([
    ['time', { time: '1970-01-01T00:00:06Z' }],
    ['source', { source: 'them' }],
    ['type', { 'detail-type': 'Other' }],
    ['detail', { detail: { data: { userId: 'bob' } } }],
    ['replay', { 'replay-name': 'again' }],
  ])('is another one with another %s', (_, other) => {
    expect(reading(foreign('e1', other))).not.toEqual(reading(foreign('e1')));
  });
});
