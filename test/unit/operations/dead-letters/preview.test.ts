import { describe, expect, test } from '@jest/globals';
import { linesText, planJson, summaryJson } from '../../../../cli/commands/dlq/reports.ts';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import {
  describeKinds,
  describeUsers,
  messagesToPurge,
  optionOf,
  purgePreview,
  type QueueSummary,
  redrivePreview,
  scanNotes,
} from '../../../../operations/dead-letters/preview.ts';
import { MessageSummary } from '../../../../operations/dead-letters/scan.ts';
import { deliveryFailure, foreignMessage, handlerFailure, pipeFailure } from './fake-queue.ts';

function summaryOf(...deadLetters: DeadLetter[]): MessageSummary {
  const summary = new MessageSummary();
  for (const deadLetter of deadLetters) summary.add(deadLetter);
  return summary;
}

const MIXED = summaryOf(
  handlerFailure('a'),
  handlerFailure('b'),
  deliveryFailure('c'),
  deliveryFailure('d'),
  deliveryFailure('e', 'NO_PERMISSIONS'),
  foreignMessage('f'),
);

describe('a summary', () => {
  test('names kinds, reasons and users', () => {
    expect(describeKinds(MIXED)).toBe(
      '2 handler failures, 3 delivery failures (NO_RESOURCE ×2, NO_PERMISSIONS ×1), 1 foreign message (not JSON)',
    );
    expect(describeUsers(MIXED)).toBe(', for user-a, user-b, user-c, user-d, user-e');
  });

  test('of nothing says nothing', () => {
    expect(describeKinds(new MessageSummary()) + describeUsers(new MessageSummary())).toBe('');
  });

  test('as JSON names five users at most', () => {
    const many = summaryOf(...Array.from({ length: 7 }, (_, index) => handlerFailure(String(index))));
    expect(JSON.parse(JSON.stringify(summaryJson(many)))).toEqual({
      size: 7,
      kinds: { pipe: 0, handler: 7, delivery: 0, foreign: 0 },
      reasons: {},
      users: ['user-0', 'user-1', 'user-2', 'user-3', 'user-4'],
    });
  });
});

describe('a plan', () => {
  const plan = (summary: MessageSummary, more: Partial<QueueSummary> = {}): QueueSummary => {
    return { name: 'q', summary, most: summary.size, depth: { waiting: summary.size, inFlight: 0 }, ...more };
  };
  const text = (one: QueueSummary) => linesText(redrivePreview({ queues: [one], bus: 'bus' }));

  test('says what would go where, and what would stay', () => {
    expect(text(plan(MIXED))).toBe(
      'q  2 handler failures, 3 delivery failures (NO_RESOURCE ×2, NO_PERMISSIONS ×1) to its queue, ' +
        'for user-a, user-b, user-c, user-d, user-e; stays: 1 foreign message (not JSON)\n',
    );
  });

  test('says so if there is nothing, and if someone else holds messages now', () => {
    expect(text(plan(new MessageSummary()))).toBe('q  nothing\n');
    expect(text(plan(new MessageSummary(), { depth: { waiting: 0, inFlight: 2 } }))).toBe(
      'q  nothing; 2 in flight, received by someone else\n',
    );
  });

  test('shows what a limit leaves out, and what it has not looked at', () => {
    const depth = { waiting: 100, inFlight: 0 };
    expect(text(plan(summaryOf(handlerFailure('a')), { most: 60, depth }))).toBe(
      'q  60 messages, of the first 1: 1 handler failure to its queue, for user-a; 40 messages beyond the limit\n',
    );
  });

  test("shows what the pipe's messages are about", () => {
    const summary = new MessageSummary();
    summary.add(pipeFailure('a'), { registrations: [], others: 1, lost: 'gone' });
    summary.add(pipeFailure('b'));
    expect(text(plan(summary))).toBe(
      'q  2 pipe failures (RetryAttemptsExhausted) to its queue; ' +
        'in the first 1: 0 registrations and 1 other change; the stream has lost records of 1 message\n',
    );
  });

  test('takes foreign messages along where they are meant', () => {
    const purged = { queues: [plan(MIXED)], kinds: ['foreign'] as const };
    expect(purgePreview(purged)).toEqual([
      { queue: 'q', text: expect.stringMatching(/^1 foreign message .*; stays: 2 h/) },
    ]);
    expect(messagesToPurge(purged)).toBe(1);
  });

  test('of a choice says how many others stay, and how many were not looked at', () => {
    const chosen = plan(summaryOf(handlerFailure('a')), { depth: { waiting: 100, inFlight: 0 }, looked: 60 });
    expect(text(chosen)).toBe(
      'q  1 handler failure to its queue, for user-a; 59 other messages stay; 40 messages not looked at\n',
    );
    expect(JSON.parse(planJson(chosen))).toMatchObject({ messages: 100, meant: 1, chosenFrom: 60 });
  });

  test('is one line of JSON', () => {
    expect(JSON.parse(planJson(plan(MIXED, { depth: { waiting: 9, inFlight: 1 } })))).toMatchObject({
      queue: 'q',
      messages: 9,
      inFlight: 1,
      meant: 6,
      looked: { size: 6, reasons: { delivery: { NO_RESOURCE: 2, NO_PERMISSIONS: 1 }, foreign: { 'not JSON': 1 } } },
    });
  });
});

describe('the notes', () => {
  const scan = { queues: [], unreadRecords: [] };

  test('are empty if everything could be read', () => {
    expect(scanNotes({ ...scan, queues: [{ name: 'q', summary: MIXED }] })).toBe('');
  });

  test('name messages that cannot be read, and nothing in them controls the terminal', () => {
    const unreadable = (id: string): DeadLetter => {
      return { ...foreignMessage(id), kind: 'foreign', problem: 'cannot be read: \u001b[2J', isUnreadable: true };
    };
    const summary = summaryOf(...['a', 'b', 'c', 'd', 'e', 'f'].map(unreadable));
    const lines = scanNotes({ ...scan, queues: [{ name: 'q', summary }] }).split('\n');
    expect(lines[0]).toBe('note: message a of q cannot be read: \\u{1b}[2J');
    expect(lines[5]).toBe('note: 1 more message of q cannot be read');
    expect(summaryJson(summary)).toMatchObject({ unreadable: { a: expect.stringContaining('cannot be read') } });
  });

  test('say why messages may be missing from a choice by their error', () => {
    expect(scanNotes({ ...scan, unreadLogs: ['no\u001b[2J'] })).toMatch(/^note: reasons from .*: no\\u\{1b\}\[2J\n$/);
  });

  test('say why users are missing', () => {
    expect(scanNotes({ ...scan, unreadRecords: ['no\u001b[2J'] })).toMatch(
      /^note: the users of .*: no\\u\{1b\}\[2J\n$/,
    );
  });
});

test('the option for a queue', () => {
  expect(['pipe', 'uri-recorder'].map(optionOf)).toEqual(['--pipe', '--subscriber uri-recorder']);
});
