import { describe, expect, test } from '@jest/globals';
import { MOST_LOOKED } from '../../../../operations/dead-letters/explain.ts';
import {
  type PurgeReport,
  purgeLines,
  purgeProblem,
  type RedriveReport,
  redriveLines,
  redriveProblem,
} from '../../../../operations/dead-letters/outcome.ts';
import type { QueueSummary } from '../../../../operations/dead-letters/preview.ts';
import { emptyOutcome, type RedriveOutcome } from '../../../../operations/dead-letters/redrive-queue.ts';
import { MessageSummary } from '../../../../operations/dead-letters/scan.ts';
import { foreignMessage, handlerFailure } from './fake-queue.ts';

const ESCAPE = String.fromCharCode(27);

/** Ids `m1` to `mN`. */
const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`);

function summaryOf(handlers: number, foreign = 0): MessageSummary {
  const summary = new MessageSummary();
  for (const id of ids(handlers)) summary.add(handlerFailure(id));
  for (const id of ids(foreign)) summary.add(foreignMessage(`f-${id}`));
  return summary;
}

/** A plan for all of so many messages, of which the summary has each. */
function planOf(most: number, more: Partial<QueueSummary> = {}): QueueSummary {
  return { name: 'mail', depth: { waiting: most, inFlight: 0 }, most, summary: summaryOf(most), ...more };
}

const redriven = (most: number, outcome: Partial<RedriveOutcome>, more?: Partial<QueueSummary>): RedriveReport => ({
  plan: planOf(most, more),
  outcome: { ...emptyOutcome(), ...outcome },
});

const purged = (
  most: number,
  { deleted = 0, notDeleted = {} }: { deleted?: number; notDeleted?: Readonly<Record<string, string>> },
  more?: Partial<QueueSummary>,
): PurgeReport => ({
  plan: planOf(most, more),
  deleted: summaryOf(deleted),
  notDeleted: new Map(Object.entries(notDeleted)),
});

const failures = (count: number, problem: string) => ids(count).map((messageId) => ({ messageId, problem }));

describe('the line of a redrive', () => {
  test.each<[string, RedriveReport, string]>([
    ['nothing was meant', redriven(0, {}), 'nothing'],
    ['nothing was done', redriven(1200, {}), '0 of 1,200 redriven'],
    ['all was done', redriven(1200, { redriven: 1200 }), '1,200 of 1,200 redriven'],
    [
      'one of each was met',
      redriven(9, {
        redriven: 1,
        registrations: 1,
        deletions: 1,
        others: 1,
        cameBack: 1,
        foreign: 1,
        lost: ['gone'],
        refused: ['no'],
        failed: failures(1, 'no'),
      }),
      '1 of 9 redriven, 1 registration put on the bus, 1 deletion put on the bus, 1 other change dropped, ' +
        '1 came back, 1 foreign message left, 1 message kept: the stream has lost records, ' +
        '1 message kept: the bus refused registrations, 1 message kept after an error',
    ],
    [
      'several of each were met',
      redriven(20, {
        redriven: 2,
        registrations: 3,
        deletions: 4,
        others: 5,
        cameBack: 6,
        foreign: 7,
        lost: ['gone', 'gone'],
        refused: ['no', 'no', 'no'],
        failed: failures(4, 'no'),
      }),
      '2 of 20 redriven, 3 registrations put on the bus, 4 deletions put on the bus, 5 other changes dropped, ' +
        '6 came back, 7 foreign messages left, 2 messages kept: the stream has lost records, ' +
        '3 messages kept: the bus refused registrations, 4 messages kept after an error',
    ],
  ])('where %s', (_, report, text) => {
    expect(redriveLines([report])).toEqual([{ queue: 'mail', text }]);
  });

  test('is one for each queue', () => {
    const pipe = redriven(1, { redriven: 1 }, { name: 'pipe' });
    expect(redriveLines([pipe, redriven(0, {})])).toEqual([
      { queue: 'pipe', text: '1 of 1 redriven' },
      { queue: 'mail', text: 'nothing' },
    ]);
  });
});

test('the line of a purge says what is deleted', () => {
  expect(purgeLines([purged(2, { deleted: 2 }), purged(2, {}, { name: 'pipe' })])).toEqual([
    { queue: 'mail', text: '2 handler failures deleted' },
    { queue: 'pipe', text: 'nothing' },
  ]);
});

const HELD = 'someone else has received them, or was stopped while it held them; try again in a minute';

describe('what is left to do after a redrive', () => {
  test.each<[string, RedriveReport, string | undefined]>([
    ['all is redriven', redriven(3, { redriven: 3 }), undefined],
    [
      'nothing is missed, whatever became of each message',
      redriven(4, { redriven: 1, foreign: 1, lost: ['gone'], refused: ['no'] }),
      '1 foreign message of mail left: see npx pipeline dlq show --subscriber mail, then npx pipeline dlq purge --subscriber mail --foreign --message-id ID deletes each; ' +
        '1 message of mail cannot be redriven completely (gone): npx pipeline reconcile --fix finds their users, then npx pipeline dlq purge --subscriber mail --message-id ID deletes each; see npx pipeline dlq show --subscriber mail; ' +
        '1 message of mail could not be put on the bus: no',
    ],
    [
      'events have failed again',
      redriven(2, { redriven: 2, cameBack: 1 }),
      '1 event of mail failed again and came back: see npx pipeline dlq show --subscriber mail',
    ],
    [
      'reasons would control the terminal',
      redriven(4, { lost: [`${ESCAPE}[2J`, 'other'], refused: [`no${ESCAPE}`, 'other'] }, { name: 'pipe' }),
      '2 messages of pipe cannot be redriven completely (\\u{1b}[2J): npx pipeline reconcile --fix finds their users, then npx pipeline dlq purge --pipe --message-id ID deletes each; see npx pipeline dlq show --pipe; ' +
        '2 messages of pipe could not be put on the bus: no\\u{1b}',
    ],
    ['one was not received', redriven(3, { redriven: 2 }), `1 message of mail could not be received: ${HELD}`],
    [
      'others were in flight from the start',
      redriven(3, { redriven: 3 }, { depth: { waiting: 3, inFlight: 2 } }),
      `2 messages of mail could not be received: ${HELD}`,
    ],
    [
      'others were in flight, of a queue with more messages than the limit',
      redriven(3, { redriven: 3 }, { depth: { waiting: 4, inFlight: 2 } }),
      undefined,
    ],
  ])('where %s', (_, report, problem) => {
    expect(redriveProblem([report], {})).toBe(problem);
  });

  test('is said of each queue', () => {
    const text = (name: string) => `1 message of ${name} could not be received: ${HELD}`;
    expect(redriveProblem([redriven(1, {}, { name: 'pipe' }), redriven(1, {})], {})).toBe(
      `${text('pipe')}; ${text('mail')}`,
    );
  });

  test('names messages that failed by their reasons, five of each', () => {
    const failed = [
      ...failures(6, 'InternalError: no'),
      { messageId: `x${ESCAPE}`, problem: 'AccessDenied: arn:aws:s3:::siu-a-1714458435' },
      { messageId: 'y', problem: 'AccessDenied: arn:aws:s3:::siu-b-1714458436' },
    ];
    expect(redriveProblem([redriven(8, { failed })], {})).toBe(
      '6 messages of mail could not be redriven and stay in the queue (InternalError: no): m1, m2, m3, m4, m5 and 1 other; ' +
        '2 messages of mail could not be redriven and stay in the queue (AccessDenied: arn:aws:s3:::siu-a-1714458435): x\\u{1b}, y',
    );
    const five = redriveProblem([redriven(7, { failed: failures(5, 'no') })], {});
    expect(five).toContain(': m1, m2, m3, m4, m5; ');
    const long = redriveProblem([redriven(1, { failed: failures(1, 'x'.repeat(301)) })], {});
    expect(long).toMatch(/ \(x+… \(301 characters\)\): m1$/);
    expect(redriveProblem([redriven(1, { failed: failures(1, 'x'.repeat(300)) })], {})).toContain(
      ` (${'x'.repeat(300)}): m1`,
    );
  });
});

describe('of messages that a choice is made from', () => {
  const unseen = (more: Partial<QueueSummary>) => [
    redriveProblem([redriven(1, { redriven: more.most ?? 1 }, more)], {}),
    purgeProblem([purged(1, { deleted: more.most ?? 1 }, more)], false, {}),
  ];
  const inFlight = (text: string) => `${text} of mail could not be looked at: ${HELD}`;
  const unread = (text: string) =>
    `${text} of mail could not be looked at, as one run looks at 10,000: run the command again when the queue holds fewer`;

  test.each<[string, Partial<QueueSummary>, string | undefined]>([
    ['all were looked at', { looked: 9, depth: { waiting: 9, inFlight: 0 } }, undefined],
    ['one was in flight', { looked: 9, depth: { waiting: 9, inFlight: 1 } }, inFlight('1 message')],
    [
      'one was in flight, and all others are meant',
      { most: 9, looked: 9, depth: { waiting: 9, inFlight: 1 } },
      inFlight('1 message'),
    ],
    ['two were in flight', { looked: 9, depth: { waiting: 9, inFlight: 2 } }, inFlight('2 messages')],
    [
      'one was in flight, but all that were meant are found',
      { looked: 9, isFound: true, depth: { waiting: 9, inFlight: 1 } },
      undefined,
    ],
    ['fewer were there than were counted', { looked: 8, depth: { waiting: 9, inFlight: 0 } }, undefined],
    [
      'there were too many',
      { looked: MOST_LOOKED, depth: { waiting: MOST_LOOKED + 1, inFlight: 0 } },
      unread('1 message'),
    ],
    [
      'there were just as many as one run looks at',
      { looked: MOST_LOOKED, depth: { waiting: MOST_LOOKED, inFlight: 0 } },
      undefined,
    ],
    [
      'more came than were counted',
      { looked: MOST_LOOKED, depth: { waiting: MOST_LOOKED - 5, inFlight: 0 } },
      undefined,
    ],
    [
      'there were too many, and some in flight',
      { looked: MOST_LOOKED, depth: { waiting: MOST_LOOKED + 2000, inFlight: 3 } },
      `${inFlight('3 messages')}; ${unread('2,000 messages')}`,
    ],
  ])('says whether any may be missed, where %s', (_, more, text) => {
    expect(unseen(more)).toEqual([text, text]);
  });
});

describe('what a purge has left', () => {
  const left = (count: string) =>
    `${count} of mail left: npx pipeline dlq purge --subscriber mail --foreign --message-id ID deletes each`;
  const mixed = (foreign: number) => ({ summary: summaryOf(2, foreign) });

  test.each<[string, PurgeReport, boolean, string | undefined]>([
    ['all is deleted', purged(2, { deleted: 2 }), false, undefined],
    ['a foreign message was not meant', purged(3, { deleted: 2 }, mixed(1)), false, left('1 foreign message')],
    ['foreign messages were not meant', purged(4, { deleted: 2 }, mixed(2)), false, left('2 foreign messages')],
    ['foreign messages were meant and deleted', purged(3, { deleted: 3 }, mixed(1)), true, undefined],
    [
      'a foreign message was meant and is not deleted',
      purged(3, { deleted: 2 }, mixed(1)),
      true,
      '1 message of mail could not be received; try again in a minute',
    ],
    [
      'some were not received',
      purged(5, { deleted: 2 }),
      false,
      '3 messages of mail could not be received; try again in a minute',
    ],
    [
      'some were in flight from the start',
      purged(2, { deleted: 2 }, { depth: { waiting: 2, inFlight: 2 } }),
      false,
      '2 messages of mail could not be received; try again in a minute',
    ],
    [
      'some could not be deleted',
      purged(4, { deleted: 2, notDeleted: { a: `no${ESCAPE}`, [`b${ESCAPE}`]: 'x'.repeat(201) } }),
      false,
      'message a of mail could not be deleted: no\\u{1b}; ' +
        `message b\\u{1b} of mail could not be deleted: ${'x'.repeat(182)}… (201 characters)`,
    ],
  ])('where %s', (_, report, foreign, problem) => {
    expect(purgeProblem([report], foreign, {})).toEqual(problem);
  });

  test('is said of each queue', () => {
    const text = (name: string) => `1 message of ${name} could not be received; try again in a minute`;
    expect(purgeProblem([purged(1, {}, { name: 'pipe' }), purged(1, {})], false, {})).toBe(
      `${text('pipe')}; ${text('mail')}`,
    );
  });
});
