import { describe, expect, test } from '@jest/globals';
import { linesText, planJson, summaryJson } from '../../../../cli/commands/dlq/reports.ts';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import {
  describeKinds,
  describeUsers,
  logsNote,
  messagesToPurge,
  messagesToRedrive,
  optionOf,
  purgePreview,
  type QueueSummary,
  recordsNote,
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

  test('of chosen kinds names those alone, and cuts a long reason', () => {
    expect(describeKinds(MIXED, ['foreign', 'pipe'])).toBe('1 foreign message (not JSON)');
    const unreadable: DeadLetter = { ...foreignMessage('x'), kind: 'foreign', problem: 'x'.repeat(81) };
    expect(describeKinds(summaryOf(unreadable))).toBe(`1 foreign message (${'x'.repeat(63)}… (81 characters))`);
    expect(describeKinds(summaryOf({ ...unreadable, problem: 'x'.repeat(80) }))).toBe(
      `1 foreign message (${'x'.repeat(80)})`,
    );
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
        'in the first 1: 1 other change; the stream has lost records of 1 message\n',
    );
  });

  describe('of messages of the pipe, says that they go to the bus, and what they are about', () => {
    const registrations = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        return { userId: `u${index}`, registeredAt: 1, eventId: 'e', sequenceNumber: String(index) };
      });
    const deletions = (count: number) =>
      registrations(count).map(({ registeredAt: deletedAt, ...row }) => ({ ...row, deletedAt, deletedBy: '' }));

    test.each([
      [{ registrations: registrations(1), others: 0 }, ', for u0; 1 registration'],
      [{ registrations: registrations(2), others: 1 }, ', for u0, u1; 2 registrations and 1 other change'],
      [{ registrations: [], deletions: deletions(1), others: 0 }, ', for u0; 1 deletion'],
      [{ registrations: [], deletions: deletions(1), others: 1 }, ', for u0; 1 deletion and 1 other change'],
      [{ registrations: [], others: 0, lost: 'gone' }, '; 0 registrations; the stream has lost records of 1 message'],
      [
        { registrations: [], deletions: deletions(2), others: 3, lost: 'gone' },
        ', for u0, u1; 2 deletions and 3 other changes; the stream has lost records of 1 message',
      ],
    ])('%#', (records, about) => {
      const summary = new MessageSummary();
      summary.add(pipeFailure('a'), records);
      const [line] = redrivePreview({ queues: [plan(summary, { name: 'pipe' })], bus: 'users' });
      expect(line?.text).toBe(`1 pipe failure (RetryAttemptsExhausted) to the bus users${about}`);
    });
  });

  test('counts the messages to work on, in all queues', () => {
    const queues = [plan(MIXED, { most: 600 }), plan(summaryOf(handlerFailure('a')))];
    expect(messagesToRedrive({ queues })).toBe(601);
    expect(messagesToRedrive({ queues: [] })).toBe(0);
    expect(messagesToPurge({ queues, kinds: ['handler', 'delivery'] })).toBe(6);
  });

  test.each<[Partial<QueueSummary>, string]>([
    [{ depth: { waiting: 1, inFlight: 0 } }, ''],
    [{ depth: { waiting: 2, inFlight: 0 } }, '; 1 message beyond the limit'],
    [{ depth: { waiting: 1, inFlight: 0 }, looked: 1 }, ''],
    [{ depth: { waiting: 2, inFlight: 0 }, looked: 2 }, '; 1 other message stays'],
    [{ depth: { waiting: 3, inFlight: 0 }, looked: 3 }, '; 2 other messages stay'],
    [{ depth: { waiting: 3, inFlight: 0 }, looked: 2 }, '; 1 other message stays; 1 message not looked at'],
    // Messages came after they were counted, or went.
    [{ depth: { waiting: 2, inFlight: 0 }, looked: 9 }, '; 1 other message stays'],
    [{ depth: { waiting: 0, inFlight: 0 }, looked: 1 }, ''],
    [{ depth: { waiting: 1, inFlight: 1 }, looked: 1 }, '; 1 in flight, received by someone else'],
  ])('given %j, says what is left out', (more, leftOut) => {
    expect(text(plan(summaryOf(handlerFailure('a')), more))).toBe(
      `q  1 handler failure to its queue, for user-a${leftOut}\n`,
    );
  });

  test('takes foreign messages along where they are meant', () => {
    const purged = { queues: [plan(MIXED)], kinds: ['foreign'] as const };
    expect(purgePreview(purged)).toEqual([
      { queue: 'q', text: expect.stringMatching(/^1 foreign message .*; stays: 2 h/) },
    ]);
    expect(messagesToPurge(purged)).toBe(1);
    expect(purgePreview({ queues: [plan(summaryOf(handlerFailure('a')))], kinds: ['handler'] })).toEqual([
      { queue: 'q', text: '1 handler failure, for user-a' },
    ]);
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

  test('name five messages that cannot be read, and cut a long reason', () => {
    const note = (id: string) => `note: message ${id} of q cannot be read\n`;
    const unreadable = (id: string, problem = 'cannot be read'): DeadLetter => {
      return { ...foreignMessage(id), kind: 'foreign', problem, isUnreadable: true };
    };
    const notes = (...deadLetters: DeadLetter[]) =>
      scanNotes({ ...scan, queues: [{ name: 'q', summary: summaryOf(...deadLetters) }] });
    const five = ['a', 'b', 'c', 'd', 'e'];
    expect(notes(...five.map((id) => unreadable(id)))).toBe(five.map(note).join(''));
    expect(notes(unreadable('a', 'x'.repeat(201)))).toBe(`note: message a of q ${'x'.repeat(182)}… (201 characters)\n`);
    const queues = ['q', 'other'].map((name) => ({ name, summary: summaryOf(unreadable('a')) }));
    expect(scanNotes({ ...scan, queues })).toBe(`${note('a')}${note('a').replace('of q', 'of other')}`);
  });

  test('say three reasons why users are missing, and cut a long one', () => {
    const note = (reason: string) =>
      `note: the users of some of the pipe's messages are not shown, as the stream could not be read: ${reason}\n`;
    expect(recordsNote(['a', 'b', 'c', 'd'])).toBe(note('a') + note('b') + note('c'));
    expect(recordsNote(['x'.repeat(301)])).toBe(note(`${'x'.repeat(282)}… (301 characters)`));
    expect(logsNote(['a', 'b'])).toMatch(/^note: reasons .*: a\nnote: reasons .*: b\n$/);
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
