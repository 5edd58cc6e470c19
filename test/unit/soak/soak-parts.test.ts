import { describe, expect, test } from '@jest/globals';
import { chart } from '../../soak/load/chart.ts';
import { problemOf } from '../../soak/load/commands.ts';
import { findOverflows } from '../../soak/load/end-state.ts';
import { type EndState, lossesIn } from '../../soak/load/losses.ts';
import { readOptions } from '../../soak/load/options.ts';
import { planOf } from '../../soak/load/plan.ts';
import { csvOf, type Sample } from '../../soak/load/samples.ts';
import { userIdOf } from '../../soak/load/sign-ups.ts';

describe('the options', () => {
  test('given no --long, Jest gets the arguments', () => {
    expect(readOptions([], 0)).toBe('jest');
    expect(readOptions(['-t', 'a kill', '-w', '1'], 0)).toBe('jest');
  });

  test('given --long, there is a default for each, and the seed is the time', () => {
    expect(readOptions(['--long'], 5_000)).toEqual({ minutes: 30, rate: 100, seed: 5 });
    const all = ['--long', '--minutes', '0.5', '--rate', '20', '--seed', '7', '--out', 'there'];
    expect(readOptions(all, 0)).toEqual({ minutes: 0.5, rate: 20, seed: 7, out: 'there' });
  });

  test.each([
    [['--long', '--minutes', '0'], /^--minutes must be a number from 0.2 to 1440, not 0/],
    [['--long', '--rate', 'fast'], /^--rate must be a number from 1 to 1000, not fast/],
    [['--long', '--seed', '1.5'], /^--seed must be a whole number/],
    [['--long', '--out', ''], /^--out must name a folder/],
    [['--long', '--loud'], /--loud/],
  ])('given %j, it says what is wrong', (args, problem) => {
    expect(readOptions(args, 0)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('the plan', () => {
  const plan = planOf({ minutes: 30, seed: 1 });

  test('is the same for the same seed, and another one for another', () => {
    expect(planOf({ minutes: 30, seed: 1 })).toEqual(plan);
    expect(planOf({ minutes: 30, seed: 2 })).not.toEqual(plan);
  });

  test('has every kind of incident and of command, by time', () => {
    const kinds = Map.groupBy(plan.incidents, ({ kind }) => kind);
    expect([...kinds.keys()].sort()).toEqual(['engine-killed', 'function-killed', 'queue-closed', 'uris-lost']);
    const times = plan.incidents.map(({ at }) => at);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(new Set(plan.commands.map(({ name }) => name)).size).toBe(7);
    expect(plan.commands.some(({ kills }) => kills.length > 1)).toBe(true);
  });

  test('leaves one engine alive for twelve minutes of thirty', () => {
    const { from, to } = plan.quiet;
    expect(to - from).toBe(12 * 60);
    const killed = plan.incidents.filter(({ kind }) => kind === 'engine-killed');
    expect(killed.length).toBeGreaterThanOrEqual(14);
    expect(killed.filter(({ at }) => at > from && at < to)).toEqual([]);
  });

  test('has all that in seconds as well', () => {
    const short = planOf({ minutes: 1 / 3, seed: 4 });
    expect(new Set(short.incidents.map(({ kind }) => kind)).size).toBe(4);
    expect(short.incidents.every(({ at }) => at <= 20)).toBe(true);
  });
});

describe('the end state', () => {
  const WELL: EndState = {
    registered: new Set(['ann', 'bo']),
    firstUris: new Map([['ann', 's3://a']]),
    rows: new Map([
      ['ann', 's3://a'],
      ['bo', 's3://b'],
    ]),
    buckets: new Set(['s3://a', 's3://b']),
  };
  const rows = (...more: [string, string | undefined][]) => new Map([...WELL.rows, ...more]);

  test('in which each user has a bucket and its URI is well', () => {
    expect(lossesIn(WELL)).toEqual([]);
  });

  test.each<[Partial<EndState>, string]>([
    [{ registered: new Set(['ann', 'bo', 'cy']) }, '1 acknowledged users have no row: cy'],
    [{ registered: new Set(['ann']) }, '1 rows are of users who never registered: bo'],
    [{ rows: rows(['bo', undefined]), buckets: new Set(['s3://a']) }, '1 users have no URI: bo'],
    [{ buckets: new Set(['s3://a']) }, '1 users have a URI without a bucket: bo s3://b'],
    [{ buckets: new Set([...WELL.buckets, 's3://c']) }, '1 buckets are of no user: s3://c'],
    [{ rows: rows(['bo', 's3://a']), buckets: new Set(['s3://a']) }, '1 buckets are of several users: s3://a ann,bo'],
    [{ firstUris: new Map([['ann', 's3://z']]) }, '1 users have another URI than at first: ann s3://z s3://a'],
  ])('given %j, it says what is wrong', (change, loss) => {
    expect(lossesIn({ ...WELL, ...change })).toEqual([loss]);
  });

  test('of many, a few are named', () => {
    const all = Array.from({ length: 9 }, (_, n) => `u${n}`);
    const state = { ...WELL, registered: new Set([...WELL.registered, ...all]) };
    expect(lossesIn(state)).toEqual(['9 acknowledged users have no row: u0, u1, u2, u3, u4']);
  });

  test('has bounds for the tables', () => {
    const sizes = { journalEntries: 100_000, logLines: 500_000, archivedEvents: 1e9, ruleDeliveries: 0 };
    expect(findOverflows(sizes)).toEqual([]);
    expect(findOverflows({ ...sizes, journalEntries: 200_000, ruleDeliveries: 1 })).toEqual([
      'journalEntries: 200000 rows are kept, and 106000 are allowed',
      'ruleDeliveries: 1 rows are kept, and 0 are allowed',
    ]);
  });
});

describe('the end of a command', () => {
  const RUN = { hadEngine: true, wasInterrupted: false, users: ['ann', 'bo'] };
  const end = (exitCode: number, out = '', said = '') => ({ exitCode, wasKilled: false, out, said });
  const registered = (...users: string[]) =>
    users.map((userId) => `${JSON.stringify({ userId, status: 'registered' })}\n`).join('');
  const HELD =
    '36 messages of uri-recorder could not be received: someone else has received them, or was stopped while it held them; try again in a minute';
  const summary = (found: object) => JSON.stringify({ class: 'summary', found });

  test('is right when all is done, or nothing is left to do', () => {
    expect(problemOf('redrive', end(0), RUN)).toBeUndefined();
    expect(problemOf('register', end(0, registered('ann', 'bo')), RUN)).toBeUndefined();
    const some = summary({ 'user-without-uri': 3, conflict: 0, 'bucket-without-user': 0 });
    expect(problemOf('reconcile', end(1, some), RUN)).toBeUndefined();
    expect(problemOf('redrive', end(1, '', `uri-recorder: 36 events\nerror: ${HELD}; ${HELD}\n`), RUN)).toBeUndefined();
  });

  test.each([
    'nothing to replay: the archive a-1 holds no event for uri-recorder from 2026-01-01T00:00:00Z to 2026-01-01T00:00:10Z',
    'nothing to replay: the archive a-1 holds no such event for uri-recorder from 2026-01-01T00:00:00Z to 2026-01-01T00:01:00Z',
    'nothing to replay: the effect of all 1,204 events for uri-recorder is there',
    'too many replays are running: AWS allows 10 in an account and Region; wait for one to end, or cancel one (replay --list shows them)',
  ])('of a replay may be "%s"', (error) => {
    expect(problemOf('replay-chosen', end(1, '', `a plan\nerror: ${error}\n`), RUN)).toBeUndefined();
  });

  test('is right when there was no engine, but not with a stack', () => {
    expect(problemOf('redrive', end(1, '', 'error: no engine'), { ...RUN, hadEngine: false })).toBeUndefined();
    const stack = 'TypeError: x\n    at f (file:///a.ts:1:2)\n';
    expect(problemOf('redrive', end(1, '', stack), { ...RUN, hadEngine: false })).toMatch(/^it ended with a stack/);
  });

  test('of a register that ran before may say that users exist, but each has a row', () => {
    const again = { ...RUN, wasInterrupted: true };
    expect(problemOf('register', end(1, registered('ann', 'bo')), again)).toBeUndefined();
    expect(problemOf('register', end(1, registered('ann', 'bo')), RUN)).toMatch(/^exit code 1/);
    expect(problemOf('register', end(1, registered('ann')), again)).toMatch(/^not every user is registered/);
  });

  test.each([
    ['redrive', end(1, '', 'error: 3 failed'), /^exit code 1, "error: 3 failed"/],
    [
      'redrive',
      end(1, '', `error: 3 events of uri-recorder failed again and came back: see x; ${HELD}\n`),
      /^exit code 1/,
    ],
    ['replay', end(1, '', 'error: denied'), /^exit code 1/],
    ['replay', end(1, '', 'error: nothing could be read: AccessDenied\n'), /^exit code 1/],
    [
      'replay',
      end(1, '', 'error: nothing to replay: uri-recorder gets none: its rule does not exist\n'),
      /^exit code 1/,
    ],
    ['replay-chosen', end(1, '', 'error: there is no event bus any more\n'), /^exit code 1/],
    ['doctor', end(7), /^exit code 7/],
    ['reconcile', end(1, ''), /^it gave no summary/],
    ['reconcile', end(1, summary({ conflict: 1, 'bucket-without-user': 0 })), /^it found \{"conflict":1/],
  ] as const)('of %s with %j is a problem', (name, ended, problem) => {
    expect(problemOf(name, ended, RUN)).toMatch(problem);
  });
});

test('a chart shows the largest value of each part of the time, above 0', () => {
  const points = [
    { x: 0, y: 50 },
    { x: 50, y: 100 },
    { x: 100, y: 0 },
  ];
  const lines = chart('files', points, String).split('\n');
  expect(lines[0]).toBe('files');
  expect(lines[1]).toMatch(/^100 │ {36}█$/);
  expect(lines[5]).toMatch(/^ {4}│█ {35}█$/);
  expect(lines[8]).toMatch(/^ {2}0 │█ {35}█$/);
});

test('the samples are a table', () => {
  const sample = { second: 10, registered: 3 } as unknown as Sample;
  expect(csvOf([sample, { ...sample, second: 20 }])).toBe('second,registered\n10,3\n20,3\n');
});

test('user ids are all different', () => {
  expect(new Set(Array.from({ length: 1000 }, (_, n) => userIdOf(n))).size).toBe(1000);
});
