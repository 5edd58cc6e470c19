import { describe, expect, test } from '@jest/globals';
import { isEmpty, listJson, listText, type ReportedQueue } from '../../../../cli/commands/dlq/list.ts';
import { purgeJson } from '../../../../cli/commands/dlq/purge.ts';
import { redriveJson } from '../../../../cli/commands/dlq/redrive.ts';
import { linesText } from '../../../../cli/commands/dlq/reports.ts';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { purgeLines, purgeProblem, redriveLines, redriveProblem } from '../../../../operations/dead-letters/outcome.ts';
import type { QueueSummary } from '../../../../operations/dead-letters/preview.ts';
import { emptyOutcome, type RedriveOutcome } from '../../../../operations/dead-letters/redrive-queue.ts';
import { MessageSummary } from '../../../../operations/dead-letters/scan.ts';
import { foreignMessage, handlerFailure } from '../../operations/dead-letters/fake-queue.ts';

function summaryOf(...deadLetters: DeadLetter[]): MessageSummary {
  const summary = new MessageSummary();
  for (const deadLetter of deadLetters) summary.add(deadLetter);
  return summary;
}

const redriveText = (queues: Parameters<typeof redriveLines>[0]) => linesText(redriveLines(queues));
const purgeText = (queues: Parameters<typeof purgeLines>[0]) => linesText(purgeLines(queues));

function plan(more: Partial<ReportedQueue> = {}): ReportedQueue {
  return {
    name: 'uri-recorder',
    summary: new MessageSummary(),
    most: 10,
    depth: { waiting: 10, inFlight: 0 },
    groups: [],
    ...more,
  };
}

describe('the list of queues', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z');
  const empty = plan({ name: 'pipe', depth: { waiting: 0, inFlight: 0 } });
  const full = plan({ name: 'q', depth: { waiting: 1, inFlight: 2 }, summary: summaryOf(handlerFailure('a')) });

  test('shows of each how much it holds, since when, and what', () => {
    expect(listText([empty, full], NOW)).toBe(
      [
        'QUEUE  MESSAGES  IN FLIGHT  OLDEST  WHAT\n',
        'pipe   0         0\n',
        'q      1         2          3 h     1 handler failure\n',
      ].join(''),
    );
  });

  test('says that an age is the least where not all was looked at, and unknown where nothing was', () => {
    const depth = { waiting: 5000, inFlight: 0 };
    expect(listText([{ ...full, depth }], NOW)).toContain('5,000     0          3 h or more  of 1: 1 handler failure');
    expect(listText([{ ...full, depth, summary: new MessageSummary() }], NOW)).toContain('unknown');
  });

  test('counts as empty only what holds no message, also none in flight', () => {
    expect(isEmpty(empty)).toBe(true);
    expect(isEmpty(full)).toBe(false);
    expect(isEmpty({ depth: { waiting: 0, inFlight: 1 } })).toBe(false);
  });

  test('is one line of JSON for each', () => {
    expect(JSON.parse(listJson(full))).toMatchObject({
      queue: 'q',
      messages: 1,
      inFlight: 2,
      oldestSentAt: '2026-11-22T09:00:00.000Z',
      sample: { size: 1 },
    });
  });
});

describe('the report of a redrive', () => {
  const outcome = (more: Partial<RedriveOutcome>): RedriveOutcome => ({ ...emptyOutcome(), ...more });

  test('shows the result for each queue', () => {
    const queues = [
      {
        plan: plan({ name: 'pipe', most: 3 }),
        outcome: outcome({ redriven: 2, registrations: 5, others: 1, lost: ['x'] }),
      },
      { plan: plan(), outcome: outcome({ redriven: 8, foreign: 2, cameBack: 1 }) },
    ];
    expect(redriveText(queues)).toBe(
      [
        'pipe          2 of 3 redriven, 5 registrations put on the bus, 1 other change dropped, 1 message kept: the stream has lost records\n',
        'uri-recorder  8 of 10 redriven, 1 came back, 2 foreign messages left\n',
      ].join(''),
    );
    expect(JSON.parse(redriveJson(queues[0] as (typeof queues)[0]))).toEqual({
      queue: 'pipe',
      meant: 3,
      redriven: 2,
      registrations: 5,
      others: 1,
      cameBack: 0,
      foreign: 0,
      lost: 1,
      refused: 0,
      failed: [],
    });
  });

  test('names messages that failed, with the reason once for all of them', () => {
    const failed = ['a', 'b'].map((messageId) => ({ messageId, problem: 'InvalidMessageContents: no' }));
    const queues = [{ plan: plan(), outcome: outcome({ redriven: 8, failed }) }];
    expect(redriveText(queues)).toContain('8 of 10 redriven, 2 messages kept after an error');
    expect(redriveProblem(queues, {})).toBe(
      '2 messages of uri-recorder could not be redriven and stay in the queue (InvalidMessageContents: no): a, b',
    );
  });

  test('says so where there was nothing', () => {
    expect(redriveText([{ plan: plan({ most: 0 }), outcome: outcome({}) }])).toBe('uri-recorder  nothing\n');
  });

  test('names commands for the same stack', () => {
    const queues = [{ plan: plan(), outcome: outcome({ redriven: 7, cameBack: 1, foreign: 1, lost: ['gone'] }) }];
    const commands = redriveProblem(queues, { stack: 'prod' })?.match(/npx pipeline [^;,]*/g) ?? [];
    expect(commands).toHaveLength(6);
    for (const command of commands) expect(command).toContain('--stack prod');
  });

  test('has no problem where everything went through', () => {
    expect(redriveProblem([{ plan: plan(), outcome: outcome({ redriven: 10 }) }], {})).toBeUndefined();
    const limited = plan({ most: 3, depth: { waiting: 10, inFlight: 4 } });
    expect(redriveProblem([{ plan: limited, outcome: outcome({ redriven: 3 }) }], {})).toBeUndefined();
    for (const waiting of [30, 12_000]) {
      const found = plan({ depth: { waiting, inFlight: 4 }, looked: Math.min(waiting, 10_000), isFound: true });
      expect(redriveProblem([{ plan: found, outcome: outcome({ redriven: 10 }) }], {})).toBeUndefined();
    }
  });

  test.each<[string, Partial<RedriveOutcome>, Partial<QueueSummary>, RegExp]>([
    ['came back', { redriven: 10, cameBack: 2 }, {}, /^2 events of uri-recorder failed again .*dlq show --subscriber/],
    [
      'is foreign',
      { redriven: 9, foreign: 1 },
      {},
      /^1 foreign message of uri-recorder left: .* purge --subscriber uri-recorder --foreign --message-id ID deletes each$/,
    ],
    [
      'is lost',
      { redriven: 9, lost: ['dropped'] },
      { name: 'pipe' },
      /\(dropped\): npx pipeline reconcile --fix .* purge --pipe --message-id ID deletes each; see npx pipeline dlq show --pipe$/,
    ],
    [
      'was refused',
      { redriven: 9, refused: ['a: no'] },
      { name: 'pipe' },
      /^1 message of pipe could not be put on the bus: a: no$/,
    ],
    [
      'could not be received',
      { redriven: 7 },
      {},
      /^3 messages of uri-recorder could not be received: .* try again in a minute$/,
    ],
    [
      'was in flight',
      { redriven: 10 },
      { depth: { waiting: 10, inFlight: 2 } },
      /^2 messages of uri-recorder could not be received/,
    ],
    [
      'was in flight while some were chosen',
      { redriven: 10 },
      { depth: { waiting: 30, inFlight: 2 }, looked: 30 },
      /^2 messages of uri-recorder could not be looked at: .* try again in a minute$/,
    ],
    [
      'is behind the first 10,000',
      { redriven: 10 },
      { depth: { waiting: 12_000, inFlight: 0 }, looked: 10_000 },
      /^2,000 messages of uri-recorder could not be looked at, as one run looks at 10,000: run the command again/,
    ],
  ])('says what to do about what %s', (_, came, planned, problem) => {
    expect(redriveProblem([{ plan: plan(planned), outcome: outcome(came) }], {})).toMatch(problem);
  });

  test('joins the problems of all queues in one line', () => {
    const queue = { plan: plan(), outcome: outcome({ redriven: 9 }) };
    expect(redriveProblem([queue, queue], {})?.split('; ')).toHaveLength(4);
    expect(redriveProblem([queue, queue], {})).not.toContain('\n');
  });
});

describe('the report of a purge', () => {
  const shown = summaryOf(handlerFailure('a'), handlerFailure('b'), foreignMessage('c'));
  const purged = (...deleted: DeadLetter[]) => {
    return {
      plan: plan({ summary: shown, most: 3, depth: { waiting: 3, inFlight: 0 } }),
      deleted: summaryOf(...deleted),
      notDeleted: new Map<string, string>(),
    };
  };

  test('shows what was deleted', () => {
    expect(purgeText([purged(handlerFailure('a'), handlerFailure('b'))])).toBe(
      'uri-recorder  2 handler failures deleted\n',
    );
    expect(purgeText([purged()])).toBe('uri-recorder  nothing\n');
    expect(JSON.parse(purgeJson(purged(handlerFailure('a'))))).toMatchObject({ meant: 3, deleted: { size: 1 } });
  });

  test('says what is left', () => {
    const both = [handlerFailure('a'), handlerFailure('b')];
    expect(purgeProblem([purged(...both, foreignMessage('c'))], true, {})).toBeUndefined();
    expect(purgeProblem([purged(...both)], false, {})).toBe(
      '1 foreign message of uri-recorder left: npx pipeline dlq purge --subscriber uri-recorder --foreign --message-id ID deletes each',
    );
    expect(purgeProblem([purged(...both)], false, { stack: 'prod' })).toMatch(
      /dlq purge .* --foreign --message-id ID --stack prod deletes each$/,
    );
    expect(purgeProblem([purged(handlerFailure('a'))], true, {})).toMatch(
      /^2 messages of uri-recorder could not be received/,
    );
    const chosen = purged(...both, foreignMessage('c'));
    const inFlight = { ...chosen, plan: { ...chosen.plan, looked: 3, depth: { waiting: 3, inFlight: 1 } } };
    expect(purgeProblem([inFlight], true, {})).toMatch(/^1 message of uri-recorder could not be looked at/);
  });
});
