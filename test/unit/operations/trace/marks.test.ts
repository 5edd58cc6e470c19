import { describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../operations/journal/journal.ts';
import type { TraceHop } from '../../../../operations/trace/hops.ts';
import { isOpen, markOf, waitsForPipe } from '../../../../operations/trace/marks.ts';
import { payloadsIn } from '../../../../operations/trace/payloads.ts';
import { batch, journal, provisioned, recorded, registered, type Step, told, traced } from './journal-entries.ts';

const entry = (hop: string, fields: object): JournalEntry => ({ hop, at: 0, sequence: 1, ...fields }) as JournalEntry;
const functionOf = (name: unknown) => `the ${name}`;

test.each<[hop: string, fields: object, kind: string, text: string]>([
  ['pipe-state', { state: 'STOPPED' }, 'pipe-stopped', 'the pipe is stopped'],
  ['pipe-state', { state: 'RUNNING' }, 'pipe-started', 'the pipe is started again'],
  ['lab', { action: 'skip', ms: 600_000 }, 'skip', 'time is skipped: 10 min'],
  ['lab', { action: 'kill', functionName: 'f' }, 'kill', 'the function of the f is killed'],
  [
    'fault',
    { effect: 'lost-answer', operation: 's3:CreateBucket' },
    'fault',
    'a fault loses the answer of s3:CreateBucket, which took effect',
  ],
  ['fault', { effect: 'delay', operation: 'x:Y' }, 'fault', 'a fault delays x:Y'],
  ['fault', { effect: 'delay', operation: 'x:Y', when: 'before' }, 'fault', 'a fault delays x:Y'],
  ['fault', { effect: 'delay', operation: 'x:Y', when: 'after' }, 'fault', 'a fault delays x:Y, after it took effect'],
  [
    'fault',
    { effect: 'kill', operation: 'x:Y', functionName: 'f', when: 'after' },
    'fault',
    'a fault kills the function of the f at its call x:Y, after it took effect',
  ],
  [
    'fault',
    { effect: 'duplicate', operation: 'deliver:stream-record' },
    'fault',
    'a fault gives the stream record to the pipe twice',
  ],
  ['fault', { effect: 'duplicate', operation: 'deliver:message' }, 'fault', 'a fault delivers the message twice'],
  ['fault', { effect: 'error', operation: 'x:Y', code: 'C' }, 'fault', 'a fault makes x:Y fail with C'],
  [
    'fault',
    { effect: 'error', operation: 'x:Y', code: 'C', when: 'after' },
    'fault',
    'a fault makes x:Y fail with C, after it took effect',
  ],
  ['fault', { effect: 'new', operation: 'x:Y' }, 'fault', 'a fault strikes x:Y'],
])('given the entry %s %j, it is a mark of the kind %s: %s', (hop, fields, kind, text) => {
  expect(markOf(entry(hop, fields), functionOf)).toEqual({ kind, text });
});

test.each([
  ['lab', { action: 'start' }],
  ['event', { state: 'STOPPED', action: 'skip' }],
])('given the entry %s %j, it is none', (hop, fields) => {
  expect(markOf(entry(hop, fields), functionOf)).toBeUndefined();
});

describe('whether a row waits for the pipe', () => {
  const row = (change: 'written' | 'changed'): TraceHop => ({ hop: 'row', at: 0, change, eventId: 'e' });
  const mark: TraceHop = { hop: 'mark', at: 0, kind: 'pipe-stopped', text: '', sequence: 1 };
  const filter: TraceHop = { hop: 'filter', at: 0, passed: true, change: 'INSERT' };

  test.each<[string, TraceHop[], boolean]>([
    ['nothing', [], false],
    ['a row that is written', [row('written')], true],
    ['one that is changed then, and a mark', [row('written'), mark, row('changed')], true],
    ['a row that is only changed', [row('changed')], false],
    ['one that the pipe has taken', [row('written'), filter], false],
    ['one that is written again, after the pipe took the first', [row('written'), filter, row('written')], true],
  ])('given %s', (_, hops, expected) => {
    expect(waitsForPipe(hops)).toBe(expected);
  });
});

test('a registration is open until all of it is done', () => {
  const hopsOf = (...steps: Step[]) => traced('alice', journal(...steps))[0]?.hops ?? [];
  expect(isOpen(hopsOf(...registered('alice')))).toBe(true);
  expect(isOpen(hopsOf(...registered('alice'), ...provisioned('alice'), ...recorded('alice')))).toBe(false);
});

describe('marks in a trace', () => {
  const skip: Step = ['lab', { action: 'skip', ms: 60_000 }];
  const pipe = (state: string, name = 'registrations-pipe'): Step => ['pipe-state', { state, pipe: name }];
  const whole = [...registered('alice'), ...provisioned('alice'), ...recorded('alice')];
  const lab = (...steps: Step[]) =>
    traced('alice', journal(...steps))
      .flatMap(told)
      .flatMap((line, index) => (line.startsWith('lab: ') ? [`${index} ${line}`] : []));

  test.each<[string, Step[], string[]]>([
    ['time that is skipped while it is open', [...registered('alice'), skip], ['8 lab: time is skipped: 60 s']],
    ['time that is skipped afterwards', [...whole, skip], []],
    [
      'a pipe that is stopped and started while its row waits',
      [...registered('alice').slice(0, 1), pipe('STOPPED'), pipe('RUNNING'), ...registered('alice').slice(1)],
      ['1 lab: the pipe is stopped', '2 lab: the pipe is started again'],
    ],
    ['a pipe that was stopped before', [pipe('STOPPED'), ...registered('alice')], ['1 lab: the pipe is stopped']],
    ['a pipe that was started again before', [pipe('STOPPED'), pipe('RUNNING'), ...registered('alice')], []],
    ['another pipe', [pipe('STOPPED', 'other'), ...registered('alice'), pipe('STOPPED', 'other')], []],
    ['a pipe that is stopped when the row is through', [...registered('alice'), pipe('STOPPED')], []],
    [
      'faults that strike its record, its event, its message and its invocation, and those of others',
      [
        ...registered('alice'),
        ['fault', { effect: 'delay', operation: 'a:record', eventIds: ['r-alice', 'x'] }],
        ['fault', { effect: 'delay', operation: 'a:event', eventId: 'bus-r-alice' }],
        ['fault', { effect: 'delay', operation: 'a:message', messageId: 'm-r-alice' }],
        batch('bucket-function', 'q', ['m-r-alice'], [1]),
        ['fault', { effect: 'delay', operation: 'a:call', invocation: 'q' }],
        ['lab', { action: 'kill', functionName: 'bucket-function', invocations: ['x', 'q'] }],
        ['fault', { effect: 'delay', operation: 'b:record', eventIds: ['r-bob'] }],
        ['fault', { effect: 'delay', operation: 'b:event', eventId: 'bus-r-bob' }],
        ['fault', { effect: 'delay', operation: 'b:message', messageId: 'm-r-bob' }],
        ['fault', { effect: 'delay', operation: 'b:call', invocation: 'q-bob' }],
        ['lab', { action: 'kill', functionName: 'uri-function', invocations: ['x'] }],
      ],
      [
        '8 lab: a fault delays a:record',
        '9 lab: a fault delays a:event',
        '10 lab: a fault delays a:message',
        '12 lab: a fault delays a:call',
        '13 lab: the function of bucket-service is killed',
      ],
    ],
  ])('given %s', (_, steps, expected) => {
    expect(lab(...steps)).toEqual(expected);
  });

  test('a mark says what it touches, and at which place of the journal it is', () => {
    const steps: Step[] = [
      ...registered('alice'),
      ['fault', { effect: 'delay', operation: 'x:Y', eventId: 'bus-r-alice' }],
      ['fault', { effect: 'delay', operation: 'x:Y', messageId: 'm-r-alice' }],
      batch('bucket-function', 'q', ['m-r-alice'], [1]),
      ['lab', { action: 'kill', functionName: 'bucket-function', invocations: ['x', 'q'] }],
      ['fault', { effect: 'delay', operation: 'x:Y', invocation: 'q' }],
    ];
    const marks = traced('alice', journal(...steps))[0]?.hops.filter(({ hop }) => hop === 'mark');
    expect(marks).toEqual([
      expect.objectContaining({ sequence: 10, busEventId: 'bus-r-alice' }),
      expect.objectContaining({ sequence: 11, messageId: 'm-r-alice' }),
      expect.objectContaining({ sequence: 13, requestId: 'q' }),
      expect.objectContaining({ sequence: 14, requestId: 'q' }),
    ]);
  });
});

test('what records, events and messages contain is found by their ids', () => {
  const steps: Step[] = [
    ['stream-record', { eventId: 'r1', eventName: 'INSERT', keys: { id: 1 }, newImage: { id: 1, a: 2 } }],
    ['stream-record', { eventId: 'r2', eventName: 'REMOVE', keys: { id: 1 } }],
    ['event', { eventId: 'e', source: 's', detailType: 'T', detail: { data: 1 }, dropped: false }],
    ['message', { messageId: 'm1', body: '{"a":1}' }],
    ['message', { messageId: 'm2', body: 'no JSON' }],
    ['redriven-to-dlq', { messageId: 'm3', body: '{"b":1}' }],
    ['batch', { requestId: 'q', messageIds: ['m1'] }],
    ['message', { body: '{}' }],
  ];
  expect(Object.fromEntries(payloadsIn(journal(...steps)))).toStrictEqual({
    r1: { eventName: 'INSERT', keys: { id: 1 }, newImage: { id: 1, a: 2 } },
    r2: { eventName: 'REMOVE', keys: { id: 1 } },
    e: { source: 's', 'detail-type': 'T', detail: { data: 1 } },
    m1: { a: 1 },
    m2: 'no JSON',
    m3: { b: 1 },
  });
});
