import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ProblemLines } from '../../../../cli/commands/dev/problems.ts';
import { summarizeSamples } from '../../../../cli/commands/dev/samples.ts';
import { listText } from '../../../../cli/commands/dlq/list.ts';
import { linesText } from '../../../../cli/commands/dlq/reports.ts';
import { messageText } from '../../../../cli/commands/dlq/show.ts';
import { findingsText } from '../../../../cli/commands/doctor/doctor.ts';
import { eventLine } from '../../../../cli/commands/events/events.ts';
import { metricsText } from '../../../../cli/commands/metrics/metrics.ts';
import { reportText } from '../../../../cli/commands/reconcile/report.ts';
import { lineWriter, summarize } from '../../../../cli/commands/register/register.ts';
import { replaysText, summaryText } from '../../../../cli/commands/replay/report.ts';
import { userText } from '../../../../cli/commands/show/show.ts';
import { noTraceText, traceText } from '../../../../cli/commands/trace/trace.ts';
import { columns } from '../../../../cli/output/output.ts';
import { endingOf } from '../../../../cli/output/run-program.ts';
import { explainAwsError } from '../../../../operations/aws/aws-failure.ts';
import { type ExplainedMessage, groupByCause } from '../../../../operations/dead-letters/cause.ts';
import { readDeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { purgeLines, purgeProblem, redriveLines, redriveProblem } from '../../../../operations/dead-letters/outcome.ts';
import { purgePreview, type QueueSummary, scanNotes } from '../../../../operations/dead-letters/preview.ts';
import { emptyOutcome } from '../../../../operations/dead-letters/redrive-queue.ts';
import { MessageSummary } from '../../../../operations/dead-letters/scan.ts';
import { readableLogLine } from '../../../../operations/journal/journal.ts';
import { visibleLines } from '../../../../operations/messages/display.ts';
import { replayText } from '../../../../operations/replay/run.ts';
import { eventBody, pipeBody } from '../../operations/dead-letters/fake-queue.ts';
import { journal, registration, STACK } from '../dev/entries.ts';

const PIECES = [
  ...['\u001b]0;owned\u0007', '\u001b[2J', '\u009b31m', '\u0000', '\u007f', '\b', '\r'],
  ...['\n✔ all is well', '\n', '\u2028', '\u2029', '\u0085'],
  ...['\u202e', '\u2066', '\u061c', '\u200f', '\u200b', '\u2060', '\ufeff', '\u{e0001}', '\u3164'],
  ...['\ud800', '\udc00', '👩‍💻', '김', 'e\u0301', 'plain', '"', '\\', '1e300'],
];
const HOSTILE = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('x'));

/** What no line of a terminal may hold. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3164]/u;

/** The value with each of its texts said by somebody else, but for those that the program itself chooses among. */
function saidBy<T>(text: string, value: T, own: readonly string[] = []): T {
  const said = (one: unknown, key: string): unknown => {
    if (typeof one === 'string') return own.includes(key) ? one : text;
    if (Array.isArray(one)) return one.map((each) => said(each, key));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, each]) => [name, said(each, name)]));
  };
  return said(value, '') as T;
}

const NOW = Date.parse('2026-11-28T12:00:00Z');
const commandOf = (words: string) => `npx pipeline ${words}`;
const set = <T>(value: T) => ({ kind: 'set', value }) as const;

const FIX = { event: 'UserRegistered', userId: 'u', registeredAt: 1, bucket: 'b', isFirst: true } as const;

function deadLetters(text: string) {
  const message = (Body: string) => ({
    MessageId: text,
    ReceiptHandle: 'h',
    Body,
    Attributes: { SentTimestamp: '1e300', ApproximateReceiveCount: '3' },
  });
  const attribute = { DataType: 'String', StringValue: text };
  const names = ['RULE_ARN', 'ERROR_CODE', 'ERROR_MESSAGE', 'RETRY_ATTEMPTS', 'EXHAUSTED_RETRY_CONDITION'];
  const event = JSON.stringify(saidBy(text, JSON.parse(eventBody('e'))));
  const places = ['startSequenceNumber', 'endSequenceNumber', 'batchSize'];
  const batch = saidBy(text, { ...JSON.parse(pipeBody('1')), batchSize: 1 }, places);
  batch.DDBStreamBatchInfo.batchSize = 1e300;
  return {
    handler: readDeadLetter(message(event), 'subscriber'),
    delivery: readDeadLetter(
      { ...message(event), MessageAttributes: Object.fromEntries(names.map((name) => [name, attribute])) },
      'subscriber',
    ),
    pipe: readDeadLetter(message(JSON.stringify(batch)), 'pipe'),
    foreign: readDeadLetter(message(text), 'subscriber'),
    unreadable: readDeadLetter({ ...message(text), unreadable: text }, 'subscriber'),
  };
}

function planOf(text: string): QueueSummary {
  const summary = new MessageSummary();
  const records = { registrations: [{ userId: text, registeredAt: 1, eventId: text, sequenceNumber: '1' }], others: 1 };
  for (const deadLetter of Object.values(deadLetters(text)))
    summary.add(deadLetter, deadLetter.kind === 'pipe' ? records : undefined);
  return { name: 'pipe', summary, most: 1e300, depth: { waiting: 1e300, inFlight: 3 } };
}

function explained(text: string): ExplainedMessage[] {
  const logged = { at: NOW, problem: text, hint: text, line: text };
  const registrations = [{ userId: text, registeredAt: 1, eventId: text, sequenceNumber: '1' }];
  const records = { registrations, others: 1e300, lost: text };
  return Object.values(deadLetters(text)).map((deadLetter) => {
    return { deadLetter, logged, ...(deadLetter.kind === 'pipe' && { records }) };
  });
}

/** Each text that a command shows to a person, of models in which every text comes from somebody else. */
const RENDERINGS: Readonly<Record<string, (text: string) => string>> = {
  'dlq list': (text) => listText([{ ...planOf(text), groups: groupByCause(text, explained(text)) }], NOW),
  'what cannot be read': (text) => scanNotes({ queues: [{ ...planOf(text), name: text }], unreadRecords: [text] }),
  'the plan of dlq redrive and dlq purge': (text) =>
    linesText(purgePreview({ queues: [planOf(text)], kinds: ['pipe', 'handler', 'delivery'] })),
  'dlq purge': (text) =>
    linesText(purgeLines([{ plan: planOf(text), deleted: planOf(text).summary, notDeleted: new Map([[text, text]]) }])),
  'what dlq purge leaves': (text) =>
    purgeProblem(
      [{ plan: planOf(text), deleted: new MessageSummary(), notDeleted: new Map([[text, text]]) }],
      false,
      {},
    ) ?? '',
  'dlq redrive': (text) =>
    linesText(
      redriveLines([
        {
          plan: planOf(text),
          outcome: { ...emptyOutcome(), lost: [text], refused: [text], failed: [{ messageId: text, problem: text }] },
        },
      ]),
    ),
  'what dlq redrive leaves': (text) =>
    redriveProblem(
      [
        {
          plan: planOf(text),
          outcome: { ...emptyOutcome(), lost: [text], refused: [text], failed: [{ messageId: text, problem: text }] },
        },
      ],
      {},
    ) ?? '',
  'dlq show': (text) =>
    explained(text)
      .map((message) => messageText(message))
      .join(''),
  'dlq show of records that may not be read': (text) => messageText({ deadLetter: deadLetters(text).pipe }),
  doctor: (text) => findingsText([{ check: 'queue', status: 'problem', subject: text, detail: text, fix: text }], 'x'),
  show: (text) =>
    userText(
      {
        userId: text,
        table: text,
        userIdAttribute: text,
        row: set({ [text]: { S: text }, s3_bucket_uri: { S: text }, other: { M: { [text]: { S: text } } } }),
        bucket: set({
          name: text,
          region: set(text),
          tags: set([{ key: text, value: text }]),
          publicAccessBlock: set({ BlockPublicAcls: false }),
          cors: set([{ AllowedMethods: [text], AllowedOrigins: [text, text] }]),
          policy: set({ Statement: text }),
          versioning: set(text),
          encryption: { kind: 'hidden', code: text, needs: text },
        }),
      },
      {
        correlationId: text,
        isBucketThere: true,
        isUriRecorded: true,
        isTheirs: true,
        isTagged: true,
        problems: [text],
      },
      true,
    ),
  reconcile: (text) => {
    const finding = { userId: text, bucket: text, problem: text, advice: text, fix: { ...FIX, userId: text } };
    return reportText({ rows: 1, buckets: 1e300, findings: [{ class: 'conflict', ...finding }] }, 1);
  },
  metrics: (text) => {
    const metric = { label: text, namespace: text, name: text, dimensions: {}, statistic: text, periodSeconds: 60 };
    const values = { whole: 1e300, latest: null, latestAt: null, points: [] };
    const graph = { title: text, unit: text, metrics: [{ ...metric, ...values }], limits: [{ label: text, value: 1 }] };
    const alarm = { name: text, state: 'INSUFFICIENT_DATA', reason: text, problem: text } as const;
    const told = { graphs: [{ ...graph, thresholds: [] }], alarms: [alarm] };
    return metricsText({ dashboard: text, window: { from: NOW, to: NOW }, ...told }, () => 'npx pipeline doctor');
  },
  trace: (text) => {
    const about = { at: NOW, replay: text } as const;
    const refusal = { code: text, message: text };
    const hops = [
      { hop: 'row', change: 'written', eventId: text, uri: text, ...about },
      { hop: 'put', attempt: 1, refusal, ...about },
      { hop: 'event', detailType: text, source: text, busEventId: text, isDropped: false, ...about },
      { hop: 'rule', subscriber: text, busEventId: text, matched: false, reason: text, ...about },
      { hop: 'log', subscriber: text, text, line: text, ...about },
    ] as const;
    const told = { registrations: [{ correlationId: text, hops }], row: { exists: true, uri: text } };
    const read = { hasJournal: true, logsOf: [text], unread: [{ subscriber: text, problem: text }] };
    return traceText({ userId: text, ...told, ...read }, { now: NOW, commandOf });
  },
  'trace of nobody': (text) =>
    noTraceText(
      { userId: text, row: { exists: true, uri: text }, registrations: [], hasJournal: true, logsOf: [], unread: [] },
      0,
      commandOf,
    ),
  'replay --list, and what comes of a replay': (text) => {
    const window = { from: NOW, to: NOW };
    const status = { name: text, state: 'FAILED', reason: text, window, archiveArn: text } as const;
    const depths = [{ subscriber: text, waiting: 1e300, deadLetters: 1 }];
    const summary = { status, replayed: { by: 'journal', events: 1e300 }, before: depths, after: depths } as const;
    return replaysText([status]) + replayText(status) + summaryText({ ...summary, usersWithoutUri: 1 }, commandOf);
  },
  register: (text) => {
    const reports = [
      { userId: text, status: 'registered', uri: text },
      { userId: text, status: 'registered', problem: text },
      { userId: text, status: 'exists', uri: text },
      { userId: text, status: 'failed', problem: text },
    ] as const;
    const { problem = '' } = summarize(reports, 1);
    return reports.map(lineWriter([text])).join('') + problem;
  },
  'what goes wrong in dev': (text) => {
    const line = { level: 'ERROR', service: text, message: text, problem: text, hint: text, next: text, userId: text };
    const invocation = { functionName: text, requestId: 'r' };
    const entries = saidBy(
      text,
      journal(
        ...registration('alice'),
        ['log', { line: 'log' }],
        ['invocation', { ...invocation, outcome: 'failed', errorType: 'type', message: 'message' }],
        ['invocation', { ...invocation, outcome: 'items-failed', messageIds: ['id'] }],
        ['redriven-to-dlq', { queue: 'q', receives: 5, body: 'body' }],
        ['rule-dlq', { rule: 'rule', eventId: 'e', reason: 'reason', lost: false, dlqArn: 'arn' }],
        ['pipe-delivery', { pipe: 'p', eventId: 'e', outcome: 'refused', retries: 0, code: 'c', message: 'm' }],
        ['pipe-dlq', { pipe: 'p', eventIds: ['e'], condition: 'c', outcome: 'lost', dlqArn: 'arn' }],
        ['denied', { action: 'logs:PutLogEvents', message: 'm' }],
      ),
      ['hop', 'outcome', 'eventName', 'action', 'requestId'],
    ).map((entry) =>
      entry.hop === 'log' ? { ...entry, line: JSON.stringify({ ...line, eventId: text, detailType: text }) } : entry,
    );
    const problems = new ProblemLines({ stack: STACK, userIdAttribute: 'id', entries: () => entries });
    return entries
      .flatMap((entry) => problems.read(entry) ?? [])
      .map(({ line, what, who }) => line + what + who)
      .join('');
  },
  'the samples of dev': (text) => {
    const outcome = { existed: false, times: {}, problem: text };
    return summarizeSamples(new Map([[text, outcome]]), 30).problem ?? '';
  },
  'a log line': (text) => readableLogLine(JSON.stringify({ level: text, message: text, [text]: text })) ?? '',
  'a log line that is no JSON': (text) => readableLogLine(text) ?? '',
  'an event': (text) =>
    eventLine(
      saidBy(text, {
        id: 'i',
        time: 't',
        'detail-type': 'd',
        source: 's',
        'replay-name': 'r',
        detail: { data: { userId: 'u' }, metadata: { eventId: 'e' } },
      } as Parameters<typeof eventLine>[0]),
    ),
  'what AWS refuses': (text) => {
    const error = Object.assign(new Error(text), { name: text, $metadata: { httpStatusCode: 400 } });
    return endingOf(explainAwsError(error, { stackName: 's' })).text;
  },
  'any table': (text) =>
    columns([
      [text, text],
      ['a', 'b'],
    ]),
};

describe('a text for a person, however hostile what it is about', () => {
  test.each(Object.keys(RENDERINGS))('%s: controls nothing, and makes no line of its own', (name) => {
    const render = RENDERINGS[name] ?? (() => '');
    // A text that a person may have written, and no shorter than a hostile one.
    const lines = render('plain').split('\n').length;
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const rendered = render(text);
        expect(rendered.replaceAll('\n', '')).not.toMatch(FORBIDDEN);
        expect(rendered.split('\n')).toHaveLength(lines);
        expect(rendered).not.toMatch(/\d{100}|(,000){10}/);
      }),
      { numRuns: 60 },
    );
  });

  test('what was forgotten is made visible where it goes out, and JSON stays JSON', () => {
    fc.assert(
      fc.property(fc.array(HOSTILE), (texts) => {
        const json = visibleLines(`${JSON.stringify(texts)}\n`);
        expect(json.trimEnd()).not.toMatch(FORBIDDEN);
        expect(JSON.parse(json)).toEqual(texts);
        expect(visibleLines(texts.join('\n')).replaceAll('\n', '')).not.toMatch(FORBIDDEN);
      }),
    );
  });

  test('no command writes to the terminal by itself: all goes out at one place', () => {
    const root = join(import.meta.dirname, '..', '..', '..', '..');
    // Bars are drawn, and questions asked, with sequences of their own; one file catches what another program says.
    const writers = execFileSync(
      'git',
      ['ls-files', '--cached', '--others', '--exclude-standard', 'operations', 'cli', 'tools/capacity'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
      .split('\n')
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /process\.std(out|err)\.write|console\./.test(readFileSync(join(root, file), 'utf8')));
    expect(writers.sort()).toEqual(['cli/commands/dev/synthesis-process.ts', 'cli/output/output.ts']);
  });
});
