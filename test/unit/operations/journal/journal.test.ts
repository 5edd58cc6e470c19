import { expect, test } from '@jest/globals';
import { readableLogLine } from '../../../../operations/journal/journal.ts';

const line = (fields: object) =>
  JSON.stringify({
    level: 'INFO',
    message: 'welcome',
    timestamp: '2026-11-22T09:00:00.000Z',
    service: 'welcome-note',
    cold_start: true,
    function_arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:welcome-note',
    function_memory_size: '512',
    function_name: 'welcome-note',
    function_request_id: 'f3a1',
    sampling_rate: 0,
    correlationId: 'c1',
    causationId: 'c2',
    eventId: 'e1',
    messageId: 'm1',
    ...fields,
  });

test.each<[string, string, string | undefined]>([
  ['a line of the logger', line({ userId: 'alice', note: 'hello' }), 'INFO  welcome  userId=alice  note=hello'],
  ['a field that is no text', line({ items: [1, 2] }), 'INFO  welcome  items=[1,2]'],
  ['a value that would control the terminal', line({ note: '\u001b[2J' }), 'INFO  welcome  note=\\u{1b}[2J'],
  ['a line that a function printed by itself', 'plain words', 'plain words'],
  ['a line of metrics', JSON.stringify({ _aws: { Timestamp: 1 }, service: 'x', EventsHandled: 1 }), undefined],
])('given %s, when it is shown to a person, then only what says something', (_case, written, expected) => {
  expect(readableLogLine(written)).toBe(expected);
});
