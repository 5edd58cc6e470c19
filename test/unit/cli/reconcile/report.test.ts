import { describe, expect, it } from '@jest/globals';
import { Steps } from '../../../../cli/commands/reconcile/reconcile.ts';
import { mismatchJson, reportText, summaryJson } from '../../../../cli/commands/reconcile/report.ts';
import { deletionText, fixQuestion } from '../../../../operations/reconcile/index.ts';
import type { Fix, Mismatch } from '../../../../operations/reconcile/mismatch.ts';

const fix: Fix = {
  event: 'UserRegistered',
  userId: 'alice',
  registeredAt: 1_700_000_000,
  originalId: 'registration-1',
  bucket: 'siualice',
  isFirst: true,
};
const noBucket = (userId: string): Mismatch => ({
  class: 'user-without-uri',
  userId,
  problem: 'there is no bucket either',
  fix: { ...fix, userId },
});
const orphan: Mismatch = {
  class: 'bucket-without-user',
  bucket: 'siugone',
  problem: 'its user has no row',
  advice: 'keep it',
};

describe('the report of a survey', () => {
  it('says so if there is nothing', () => {
    expect(reportText({ rows: 1234, buckets: 1, findings: [] }, 2100)).toBe(
      'Nothing to fix: every user has a bucket, every bucket a user (1,234 rows and 1 bucket, read in 2.1 s).\n',
    );
  });

  it('given buckets of users who left, does not say that each has a user, or that nothing is to fix where one is due', () => {
    const due = [{ bucket: 'siugone', retiredAt: 0, emptiedFrom: '1970-01-31' }];
    const text = reportText({ rows: 1, buckets: 2, findings: [], retired: { kept: [], waiting: [], due } }, 100);
    expect(text).toMatch(
      /^Every user has a bucket, and every other bucket is of a user who left \(1 row and 2 buckets/,
    );
    expect(text).toContain('1 due, to be deleted by --fix');
    const waits = reportText({ rows: 1, buckets: 2, findings: [], retired: { kept: [], waiting: due, due: [] } }, 100);
    expect(waits).toMatch(/^Nothing to fix: every user has a bucket, and every other bucket is of a user who left /);
  });

  it('says of a row without room how large it is, and how much is too much', () => {
    const full: Mismatch = {
      class: 'user-without-uri',
      userId: 'alice',
      bucket: 'siualice',
      problem: 'the row has no room',
      row: { bytes: 409_600, tooMany: 80 },
      advice: 'take something out',
    };
    const text = reportText({ rows: 2, buckets: 1, findings: [full, { ...full, userId: 'bob' }] }, 1);
    expect(text).toContain(
      '  the row has no room; take something out\n    alice  siualice  409,600 bytes, 80 too many\n    bob    siualice  409,600',
    );
    expect(text).toContain('you have to fix 2.');
    expect(mismatchJson(full)).toMatchObject({ row: { bytes: 409_600, tooMany: 80 }, mend: null, fix: null });
  });

  it('counts by class and kind, names a few of each, and says how each is fixed', () => {
    const findings = [orphan, ...['alice', '김민지', 'c\u001b[2Jd', 'dave', 'erin'].map(noBucket)];
    expect(reportText({ rows: 5, buckets: 1, findings }, 1000)).toBe(
      [
        '5 users without URI',
        '  there is no bucket either; UserRegistered fixes it',
        '    alice        siualice',
        '    김민지       siualice',
        '    c\\u{1b}[2Jd  siualice',
        '    and 2 others',
        '',
        '1 bucket without user',
        '  its user has no row; keep it',
        '    siugone',
        '',
        '5 rows and 1 bucket, read in 1.0 s: events can fix 5, you have to fix 1.',
        '',
      ].join('\n'),
    );
  });

  it('names no more than a few kinds, and counts the rest', () => {
    const findings = Array.from(
      { length: 12 },
      (_, user): Mismatch => ({
        class: 'conflict',
        userId: `user-${user}`,
        problem: `problem ${user}`,
        advice: 'ask',
      }),
    );
    const text = reportText({ rows: 12, buckets: 0, findings }, 0);
    expect(text).toContain('12 conflicts\n');
    expect(text).toContain('  and 7 more: see --json\n');
    expect(text).toContain('you have to fix 12.\n');
    expect(text.split('\n').length).toBeLessThan(20);
  });

  it('gives machines each finding, and a summary', () => {
    const event = {
      event: 'UserRegistered',
      eventId: 'registration-1',
      registeredAt: 1_700_000_000,
      bucket: 'siualice',
    };
    expect(mismatchJson(noBucket('alice'))).toEqual({
      class: 'user-without-uri',
      userId: 'alice',
      problem: 'there is no bucket either',
      mend: event,
      fix: event,
    });
    expect(mismatchJson(orphan)).toEqual({ ...orphan, mend: null, fix: null });
    expect(summaryJson({ rows: 2, buckets: 1, findings: [noBucket('alice'), orphan] }, { mended: 1 })).toEqual({
      class: 'summary',
      rows: 2,
      buckets: 1,
      found: {
        'user-without-uri': 1,
        'uri-without-bucket': 0,
        'bucket-without-tags': 0,
        'bucket-without-user': 1,
        'retired-bucket': 0,
        conflict: 0,
      },
      mendable: 1,
      fixable: 1,
      mended: 1,
    });
  });
});

describe('the buckets of users who left', () => {
  const retired = (bucket: string, emptiedFrom?: string) => ({
    bucket,
    retiredAt: 1_714_458_435,
    ...(emptiedFrom !== undefined && { emptiedFrom }),
  });
  const waiting = [retired('b', '2026-12-31'), retired('c', '2026-12-30')];
  const all = { kept: [retired('a')], waiting, due: [retired('d', '2026-01-01')] };

  it('are counted by what becomes of them, and are no findings', () => {
    const text = reportText({ rows: 1, buckets: 5, findings: [], retired: all }, 1000);
    expect(text.split('\n').slice(1)).toEqual([
      '4 buckets of users who left: 1 kept, 2 to be emptied, the first from 2026-12-30 on, 1 due, to be deleted by --fix when S3 has emptied them.',
      '',
    ]);
    expect(text).toMatch(/^Every user has a bucket, /);
    expect(summaryJson({ rows: 1, buckets: 5, findings: [], retired: all })).toMatchObject({
      retired: { kept: 1, waiting: 2, due: 1 },
    });
  });

  it('are named in the question before they are deleted', () => {
    const fix = noBucket('alice').fix as Fix;
    expect(fixQuestion([], [], 2)).toBe('Delete 2 buckets of users who left, if empty?');
    expect(fixQuestion([fix], [], 1)).toBe('Put 1 event on the bus, and delete 1 bucket of users who left, if empty?');
    expect(fixQuestion([fix], [], 0)).toBe('Put 1 event on the bus?');
  });

  it('are reported by what happened to them', () => {
    expect(deletionText({ deleted: ['a', 'b'], notEmpty: ['c'], changed: ['d'] }).split('\n')).toEqual([
      '2 buckets of users who left deleted.',
      expect.stringMatching(/^1 bucket not empty yet: /),
      '1 bucket left alone: in use again, or gone.',
      '',
    ]);
  });
});

describe('the steps of some work', () => {
  it('are shown one after the other, with the total while it is not exceeded', () => {
    let now = 0;
    const written: string[] = [];
    const steps = new Steps({ write: (text) => written.push(text) }, () => now);
    const show = (...args: Parameters<Steps['show']>) => {
      steps.show(...args);
      now += 2000;
    };
    show('reading buckets', 0);
    show('reading buckets', 10);
    show('reading rows', 0, 100);
    show('reading rows', 50, 100);
    show('reading rows', 150, 100);
    show('reading rows', 200, 100);
    steps.end();
    expect(written).toEqual([
      'reading buckets: 10 (5/s)\n',
      'reading rows: 50 of 100 (25/s, 2 s left)\n',
      'reading rows: 200 (100/s)\n',
    ]);
  });
});
