import { describe, expect, test } from '@jest/globals';
import { fixableText, groupFindings, nothingFound } from '../../../../operations/reconcile/groups.ts';
import type { Fix, Mismatch } from '../../../../operations/reconcile/mismatch.ts';
import type { RetiredBucket } from '../../../../operations/reconcile/retired.ts';
import {
  deletionText,
  fixProblem,
  fixQuestion,
  heldText,
  pendingText,
  putText,
  rerunText,
  retiredText,
  seeRest,
} from '../../../../operations/reconcile/texts.ts';

const bucket = (name: string, emptiedFrom?: string): RetiredBucket => {
  return { bucket: name, retiredAt: 1, ...(emptiedFrom !== undefined && { emptiedFrom }) };
};
const fixFor = (userId: string): Fix => {
  return { event: 'UserRegistered', userId, registeredAt: 1, bucket: `b-${userId}`, isFirst: true };
};
const names = (count: number) => Array.from({ length: count }, (_, index) => `u${index + 1}`);
const NONE = { kept: [], waiting: [], due: [] };
const STACK = { stack: 'mine' };

describe('buckets of users who left', () => {
  test.each([
    ['none', NONE, ''],
    ['one that is kept', { ...NONE, kept: [bucket('a')] }, '1 bucket of users who left: 1 kept.\n'],
    [
      'several that are to be emptied',
      { ...NONE, waiting: [bucket('a', '2027-01-02'), bucket('b', '2026-12-30'), bucket('c', '2027-01-01')] },
      '3 buckets of users who left: 3 to be emptied, the first from 2026-12-30 on.\n',
    ],
    [
      'all kinds',
      {
        kept: [bucket('a'), bucket('b')],
        waiting: [bucket('c', '2027-01-02')],
        due: [bucket('d', '2026-01-01')],
      },
      '4 buckets of users who left: 2 kept, 1 to be emptied, the first from 2027-01-02 on, 1 due, to be deleted by --fix when S3 has emptied them.\n',
    ],
  ])('given %s', (_, retired, text) => {
    expect(retiredText(retired)).toBe(text);
  });

  test.each([
    [{ deleted: [], notEmpty: [], changed: [] }, '0 buckets of users who left deleted.\n'],
    [{ deleted: ['a'], notEmpty: [], changed: [] }, '1 bucket of users who left deleted.\n'],
    [
      { deleted: ['a', 'b'], notEmpty: ['c'], changed: ['d', 'e'] },
      '2 buckets of users who left deleted.\n' +
        '1 bucket not empty yet: S3 may need some days after the day of emptying, and leaves older versions and unfinished uploads.\n' +
        '2 buckets left alone: in use again, or gone.\n',
    ],
  ])('given %j, what became of them', (deletion, text) => {
    expect(deletionText(deletion)).toBe(text);
  });
});

describe('what the command says', () => {
  test('of work that is pending', () => {
    expect(pendingText(['3 records', '1 event'], STACK)).toBe(
      'note: pending: 3 records, 1 event. Some of the users found may only be waiting for that; resolve it first (npx pipeline dlq list --stack mine, npx pipeline doctor --stack mine). A user who is registered here with a time that is not their own gets a second bucket when their own event comes.\n',
    );
  });

  test('of fixes that are held back', () => {
    expect(heldText([fixFor('ann'), fixFor('bo')])).toBe(
      'not fixed, as their own event may still come: ann, bo; --despite-waiting registers them anyway\n',
    );
  });

  test('of what to run next', () => {
    expect(rerunText(STACK)).toBe('Fix them with npx pipeline reconcile --fix --stack mine.\n');
    expect(seeRest({ port: 5000 })).toBe('see what is left with npx pipeline reconcile --port 5000');
  });

  test.each([
    [1, 0, 0, 'Put 1 event on the bus?'],
    [2, 1, 0, 'Put 2 events on the bus, 1 of them for users whose own event may still come?'],
    [0, 0, 1, 'Delete 1 bucket of users who left, if empty?'],
    [2, 0, 2, 'Put 2 events on the bus, and delete 2 buckets of users who left, if empty?'],
  ])('before %i fixes, %i of them perhaps twice, and %i deletions', (fixes, twice, due, question) => {
    expect(fixQuestion(names(fixes).map(fixFor), names(twice).map(fixFor), due)).toBe(question);
  });

  test.each([
    [{ wait: true }, '2 events put on the bus.\n'],
    [{}, '2 events put on the bus. The pipeline handles them now; see what is left with npx pipeline reconcile.\n'],
  ])('of events that were put, with %j', (options, text) => {
    expect(putText(2, options)).toBe(text);
  });

  test.each([
    ['all are fixed', 0, [], undefined],
    ['one was refused', 1, ['late'], `1 event not put on the bus (the first: no${'\\u{1b}'}!): u1`],
    [
      'many were refused',
      7,
      [],
      `7 events not put on the bus (the first: no${'\\u{1b}'}!): u1, u2, u3, u4, u5 and 2 others`,
    ],
    [
      'some come too late',
      0,
      ['ann', 'bo'],
      '2 users not fixed within 60 s: ann, bo; see npx pipeline dlq list, and run npx pipeline trace with one of them',
    ],
  ])('of fixes, given that %s', (_, count, late, problem) => {
    const refused = names(count).map((userId) => ({ fix: fixFor(userId), reason: `no${String.fromCharCode(27)}!` }));
    expect(fixProblem({ accepted: [], refused }, late, { timeout: 60 })).toBe(problem);
  });
});

describe('findings for people', () => {
  const conflict = (problem: string, userId = 'x'): Mismatch => ({
    class: 'conflict',
    userId,
    problem,
    advice: 'look',
  });
  const fixable = (userId: string): Mismatch => {
    return { class: 'user-without-uri', userId, problem: 'there is no bucket', fix: fixFor(userId) };
  };

  test('are grouped by class in the order of a report, then by problem and remedy, with the first three of each', () => {
    const findings = [conflict('a', '1'), ...names(4).map(fixable), conflict('b', '2'), conflict('a', '3')];
    expect(groupFindings(findings)).toEqual([
      {
        class: 'user-without-uri',
        title: '4 users without URI',
        kinds: [{ text: 'there is no bucket; UserRegistered fixes it', count: 4, examples: findings.slice(1, 4) }],
        others: 0,
      },
      {
        class: 'conflict',
        title: '3 conflicts',
        kinds: [
          { text: 'a; look', count: 2, examples: [findings[0], findings[6]] },
          { text: 'b; look', count: 1, examples: [findings[5]] },
        ],
        others: 0,
      },
    ]);
  });

  test('of many kinds are named up to five, and the others counted', () => {
    const kinds = names(7).map((problem) => conflict(problem));
    const [group] = groupFindings([...kinds, conflict('u7')]);
    expect(group).toMatchObject({ title: '8 conflicts', others: 3 });
    expect(group?.kinds.map(({ text }) => text)).toEqual(names(5).map((problem) => `${problem}; look`));
  });

  test.each([
    ['user-without-uri', '1 user without URI', '2,000 users without URI'],
    ['uri-without-bucket', '1 URI without bucket', '2,000 URIs without bucket'],
    ['bucket-without-tags', '1 bucket without our tags', '2,000 buckets without our tags'],
    ['bucket-without-user', '1 bucket without user', '2,000 buckets without user'],
    ['retired-bucket', '1 user with a retired bucket', '2,000 users with a retired bucket'],
    ['conflict', '1 conflict', '2,000 conflicts'],
  ] as const)('of the class %s have a title', (name, one, many) => {
    const finding: Mismatch = { class: name, problem: 'p' };
    expect(groupFindings([finding])).toEqual([
      { class: name, title: one, kinds: [{ text: 'p', count: 1, examples: [finding] }], others: 0 },
    ]);
    expect(groupFindings(Array.from({ length: 2000 }, () => finding))[0]?.title).toBe(many);
  });

  test.each([
    [[], ''],
    [[fixable('a')], 'events can fix 1'],
    [[conflict('a'), conflict('b')], 'you have to fix 2'],
    [[conflict('a'), ...names(1200).map(fixable)], 'events can fix 1,200, you have to fix 1'],
  ])('say how many events can fix: %#', (findings, text) => {
    expect(fixableText(findings)).toBe(text);
  });

  test.each([
    ['no retired buckets', undefined, 'Nothing to fix: every user has a bucket, every bucket a user'],
    [
      'retired ones that are not due',
      { ...NONE, kept: [bucket('a')] },
      'Nothing to fix: every user has a bucket, and every other bucket is of a user who left',
    ],
    [
      'one that is due',
      { ...NONE, due: [bucket('a')] },
      'Every user has a bucket, and every other bucket is of a user who left',
    ],
  ])('that are none, given %s', (_, retired, text) => {
    expect(nothingFound(retired)).toBe(text);
  });
});
