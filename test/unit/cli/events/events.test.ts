import { describe, expect, test } from '@jest/globals';
import { eventLine } from '../../../../cli/commands/events/events.ts';
import { event } from '../../operations/events/envelopes.ts';

describe('an event as a line', () => {
  test('shows time, type, user, source and event id', () => {
    expect(eventLine(event('e1', 3600))).toBe(
      '1970-01-01T01:00:00Z  BucketCreated   alice                                 bucket-service  e1:BucketCreated\n',
    );
  });

  test('names the replay that it comes from', () => {
    expect(eventLine(event('e1', 0, { 'replay-name': 'again' }))).toMatch(
      / {2}bucket-service {2}e1:BucketCreated {2}replay again\n$/,
    );
  });

  test.each([{}, { data: 'x' }, { metadata: null, data: null }, { data: { userId: 7 }, metadata: { eventId: ['x'] } }])(
    'of another system shows what is there: %j',
    (detail) => {
      const line = eventLine(event('e1', 0, { detail: detail as never, 'detail-type': 'Other', source: 'them' }));
      expect(line).toMatch(/^1970-01-01T00:00:00Z {2}Other +them +e1\n$/);
    },
  );

  test('cannot break the line or control the terminal', () => {
    const detail = { data: { userId: 'a\nb\u001b[2J' } };
    const line = eventLine(event('e1', 0, { detail, 'detail-type': 'x\ty', source: 'a\u0007b' }));
    expect(line).toContain('a\\u{a}b\\u{1b}[2J');
    expect(line.slice(0, -1)).not.toMatch(/\p{C}/u);
  });
});
