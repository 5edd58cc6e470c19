import { describe, expect, test } from '@jest/globals';
import { noTraceText, traceJson, traceText } from '../../../../cli/commands/trace/trace.ts';
import type { TraceHop, UserTrace } from '../../../../operations/trace/index.ts';
import {
  journal,
  provisioned,
  recorded,
  registered,
  row,
  START,
  traced,
} from '../../operations/trace/journal-entries.ts';

const PROPS = { now: START + 90_000, commandOf: (words: string) => `npx pipeline ${words} --stack app-prod` };
const READ = { hasJournal: true, logsOf: ['bucket-service', 'uri-recorder'], unread: [] };

function textOf(more: Partial<UserTrace>): string[] {
  const trace = { userId: 'alice', row: { exists: true }, registrations: [], ...READ, ...more };
  return traceText(trace, PROPS).trimEnd().split('\n');
}

describe('a trace for people', () => {
  test('given a registration that waits, then the first hop has its time and the others theirs from there, and what is open is shown with a command', () => {
    const steps = registered('alice').map(
      ([hop, fields], index) => [hop, { ...fields, ...(index === 5 && { at: START + 71_000 }) }] as const,
    );
    expect(textOf({ registrations: traced('alice', journal(...steps)) })).toEqual([
      'Registration r-alice:',
      '  2026-11-22T09:00:00.000Z  users table     the row is written',
      '  +1 ms                     pipe            the filter lets it through',
      '  +2 ms                     pipe            puts it on the bus',
      '  +2 ms                     bus             UserRegistered from users-table, event bus-r-alice',
      '  +3 ms                     archive         keeps it',
      '  +4 ms                     bucket-service  its rule matches',
      '  +71 s                     bucket-service  it is in the queue',
      '  +71 s                     uri-recorder    its rule does not match: detail-type does not accept "UserRegistered"',
      'Still open:',
      '  UserRegistered waits in the queue of bucket-service, since 2026-11-22T09:01:11Z (19 s): npx pipeline doctor --stack app-prod',
      '',
      "Read from the engine's journal and the logs of bucket-service and uri-recorder.",
    ]);
  });

  test('given a row that was removed and written again, then its registrations are separated by their correlation ids', () => {
    const one = [...registered('alice', 'first'), ...provisioned('alice', 'first'), ...recorded('alice', 'first')];
    const two = [...registered('alice', 'second'), ...provisioned('alice', 'second'), ...recorded('alice', 'second')];
    const registrations = traced('alice', journal(...one, row('alice', 'gone', 'REMOVE'), ...two));
    const lines = textOf({ registrations, row: { exists: true, uri: 's3://alice' } });
    expect(lines.filter((line) => /^(Registration|Done)/.test(line))).toEqual([
      'Registration first:',
      'Done.',
      'Registration second:',
      'Done: its row has s3://alice',
    ]);
  });

  test.each([
    [{ exists: true, uri: 's3://x' }, 'Done: its row has s3://x'],
    [{ exists: true }, 'All of this is done, but its row has no URI: npx pipeline reconcile --fix --stack app-prod'],
    [{ exists: false }, 'Done, and there is no row of this user.'],
  ])('given that all is done and the row is %j, then: %s', (rowState, text) => {
    const registrations = traced(
      'alice',
      journal(...registered('alice'), ...provisioned('alice'), ...recorded('alice')),
    );
    expect(textOf({ registrations, row: rowState })).toContain(text);
  });

  test('given a change whose registration is older than what is known, then that is said', () => {
    const registrations = traced('alice', journal(row('alice', 'c', 'MODIFY')));
    expect(textOf({ registrations })[0]).toBe('A registration from before the journal begins:');
  });

  test.each([
    [READ, "Read from the engine's journal and the logs of bucket-service and uri-recorder."],
    [{ hasJournal: true, logsOf: [] }, "Read from the engine's journal."],
    [
      { hasJournal: false, logsOf: ['bucket-service'] },
      'Read from the logs of bucket-service. AWS has no API for what happens between functions.',
    ],
    [{ hasJournal: false, logsOf: [] }, 'No log could be read.'],
    [
      { unread: [{ subscriber: 'audit', problem: 'not\nauthorized' }] },
      'Incomplete: the log of audit cannot be read: not\\u{a}authorized.',
    ],
  ])('given %j, then it says where it comes from', (read, text) => {
    expect(textOf(read).at(-1)).toBe(text);
  });

  test('given texts that would control the terminal, then they cannot', () => {
    const hop: TraceHop = {
      hop: 'rule',
      at: START,
      subscriber: 'x\u001b[2J',
      busEventId: 'b',
      matched: false,
      reason: '\u001b[2J\n',
    };
    const [heading, line] = textOf({ registrations: [{ correlationId: '\u001b[2J', hops: [hop] }] });
    expect(heading).toBe('Registration \\u{1b}[2J:');
    expect(line).toContain('x\\u{1b}[2J  its rule does not match: \\u{1b}[2J\\u{a}');
  });
});

test.each([
  [{ exists: false }, 0, 'no trace of alice; the users table has no row with this id: check it'],
  [
    { exists: false },
    START,
    'no trace of alice since 2026-11-22T09:00:00Z; the users table has no row with this id: check it; leave --since out to look further back',
  ],
  [{ exists: true, uri: 's3://x' }, 0, 'no trace of alice; its row exists, with s3://x'],
  [
    { exists: true },
    0,
    'no trace of alice; its row exists, without a URI; npx pipeline doctor --stack app-prod shows what may be wrong',
  ],
])('given nothing but the row, %j, then that is told in one line', (rowState, from, text) => {
  const trace = { userId: 'alice', row: rowState, registrations: [], ...READ };
  expect(noTraceText(trace, from, PROPS.commandOf)).toBe(text);
});

test('given logs that may not be read and nothing else, then that is shown as well', () => {
  const unread = [{ subscriber: 'audit', problem: 'no' }];
  const trace = { userId: 'alice', row: { exists: false }, registrations: [], ...READ, unread };
  expect(noTraceText(trace, 0, PROPS.commandOf)).toBe(
    'no trace of alice; the log of audit cannot be read: no; the users table has no row with this id: check it',
  );
});

test('a trace for machines has the same, with whole times and commands', () => {
  const registrations = traced('alice', journal(...registered('alice').slice(0, 2)));
  const json = traceJson({ userId: 'alice', row: { exists: true }, registrations, ...READ }, PROPS.commandOf);
  expect(JSON.parse(JSON.stringify(json))).toEqual({
    userId: 'alice',
    row: { exists: true },
    hasJournal: true,
    logsOf: ['bucket-service', 'uri-recorder'],
    unread: [],
    registrations: [
      {
        correlationId: 'r-alice',
        hops: [
          { at: '2026-11-22T09:00:00.000Z', hop: 'row', change: 'written', eventId: 'r-alice' },
          { at: '2026-11-22T09:00:00.001Z', hop: 'filter', passed: true, change: 'INSERT' },
        ],
        openEnds: [
          { kind: 'waiting', since: '2026-11-22T09:00:00.001Z', text: 'the pipe has not put its event on the bus yet' },
        ],
      },
    ],
  });
});
