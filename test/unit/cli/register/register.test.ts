import { describe, expect, test } from '@jest/globals';
import { lineWriter, stoppedText, summarize } from '../../../../cli/commands/register/register.ts';
import { jsonLine } from '../../../../cli/output/output.ts';
import type { UserReport } from '../../../../operations/users/index.ts';

const registered: UserReport = { userId: 'bob', status: 'registered' };
const recorded: UserReport = { userId: 'alice', status: 'registered', uri: 's3://siualice' };
const late: UserReport = { userId: 'carol', status: 'registered', problem: 'no URI within 30 s' };
const existing: UserReport = { userId: 'dave', status: 'exists', uri: 's3://siudave' };
const failed: UserReport = { userId: 'eve', status: 'failed', problem: 'AccessDenied: no' };

test('for machines each user is one line of JSON, whatever is in the id', () => {
  const line = jsonLine({ ...recorded, userId: 'a"\\\n' });
  expect(line.trimEnd()).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({ userId: 'a"\\\n', status: 'registered', uri: 's3://siualice' });
});

describe('for people', () => {
  test('a few users have a line each, in columns', () => {
    const lineOf = lineWriter(['alice', 'bob', '김민지']);
    expect([recorded, registered, late, existing, failed].map(lineOf).join('')).toBe(
      [
        'alice   s3://siualice',
        'bob     registered',
        'carol   registered, no URI within 30 s',
        'dave    already exists, unchanged (s3://siudave)',
        'eve     failed',
        '',
      ].join('\n'),
    );
  });

  test('of many, only URIs have a line', () => {
    const lineOf = lineWriter(Array.from({ length: 21 }, () => 'alice'));
    expect(lineOf(recorded)).toBe('alice  s3://siualice\n');
    for (const report of [registered, late, existing, failed]) expect(lineOf(report)).toBeUndefined();
  });
});

test('a stopped run says how many users have a row, and names a few', () => {
  const reports = Array.from({ length: 2658 }, () => registered);
  expect(stoppedText([...reports, failed], 5000)).toMatch(
    /^2,658 of 5,000 users have a row: bob, .* and 2,653 others; /,
  );
});

describe('the summary', () => {
  test('says nothing where each user has a line and all went well', () => {
    expect(summarize([registered, recorded], 100)).toEqual({});
  });

  test('counts many users, and how fast they were', () => {
    const many = Array.from({ length: 1000 }, () => recorded);
    expect(summarize(many, 2500)).toEqual({
      text: '1,000 users registered, 1,000 with a bucket, in 2.5 s (400/s)',
    });
    expect(
      summarize(
        Array.from({ length: 21 }, () => registered),
        1000,
      ).text,
    ).toBe('21 users registered in 1.0 s (21/s)');
  });

  test('prints a reason once for all who failed for it', () => {
    const denied = (userId: string): UserReport => ({ userId, status: 'failed', problem: 'AccessDenied: no' });
    const { problem = '' } = summarize([denied('a'), failed, denied('b'), { ...failed, problem: 'Throttled' }], 100);
    expect(problem).toBe('3 of 4 not registered (AccessDenied: no): a, eve, b; 1 of 4 not registered (Throttled): eve');
    expect(['a', 'b'].map((id) => lineWriter(['a', 'b'])(denied(id)))).toEqual(['a  failed\n', 'b  failed\n']);
  });

  test('names in one line who is not done, why, and what to do', () => {
    const { problem = '' } = summarize([registered, late, existing, failed], 100, { stack: 'app-prod' });
    expect(problem).not.toContain('\n');
    expect(problem.split('; ')).toEqual([
      '1 of 4 existed already, unchanged: dave',
      '1 of 4 not registered (AccessDenied: no): eve',
      '1 of 4 registered, but no URI within 30 s: carol',
      'if a user gets no bucket, npx pipeline trace USER_ID --stack app-prod says what the registration waits for, and npx pipeline doctor --stack app-prod what is wrong',
    ]);
  });

  test('names those whose URI is not known because the engine ended', () => {
    const unknown: UserReport = { ...late, problem: 'URI not known: no local engine at http://127.0.0.1:4566' };
    const { problem = '' } = summarize([recorded, unknown, { ...unknown, userId: 'dan' }], 100);
    expect(problem).toMatch(
      /^2 of 3 registered, but URI not known: no local engine at http:\/\/127\.0\.0\.1:4566: carol, dan; if a user gets no /,
    );
  });
});
