import { describe, expect, it } from '@jest/globals';
import { findingJson, reportText, summaryJson } from '../../../../cli/commands/reconcile/report.ts';
import type { Finding, Mend } from '../../../../operations/reconcile/finding.ts';

const mend: Mend = {
  event: 'UserRegistered',
  userId: 'alice',
  registeredAt: 1_700_000_000,
  originalId: 'registration-1',
  bucket: 'siualice',
  isFirst: true,
};
const noBucket = (userId: string): Finding => ({
  class: 'user-without-uri',
  userId,
  problem: 'there is no bucket either',
  mend: { ...mend, userId },
});
const orphan: Finding = {
  class: 'bucket-without-user',
  bucket: 'siugone',
  problem: 'its user has no row',
  advice: 'keep it',
};

describe('the report of a survey', () => {
  it('says so if there is nothing', () => {
    expect(reportText({ rows: 1234, buckets: 1, findings: [] }, 2100)).toBe(
      'Nothing to mend: every user has a bucket, every bucket a user (1,234 rows and 1 bucket, read in 2.1 s).\n',
    );
  });

  it('says of a row without room how large it is, and how much is too much', () => {
    const full: Finding = {
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
    expect(text).toContain('2 left to a person.');
    expect(findingJson(full)).toMatchObject({ row: { bytes: 409_600, tooMany: 80 }, mend: null });
  });

  it('counts by class and kind, names a few of each, and says how each is mended', () => {
    const findings = [orphan, ...['alice', '김민지', 'c\u001b[2Jd', 'dave', 'erin'].map(noBucket)];
    expect(reportText({ rows: 5, buckets: 1, findings }, 1000)).toBe(
      [
        '5 users without URI',
        '  there is no bucket either; mended by UserRegistered',
        '    alice        siualice',
        '    김민지       siualice',
        '    c\\u{1b}[2Jd  siualice',
        '    and 2 others',
        '',
        '1 bucket without user',
        '  its user has no row; keep it',
        '    siugone',
        '',
        '5 rows and 1 bucket, read in 1.0 s: 5 to be mended by events, 1 left to a person.',
        '',
      ].join('\n'),
    );
  });

  it('names no more than a few kinds, and counts the rest', () => {
    const findings = Array.from(
      { length: 12 },
      (_, user): Finding => ({
        class: 'conflict',
        userId: `user-${user}`,
        problem: `problem ${user}`,
        advice: 'ask',
      }),
    );
    const text = reportText({ rows: 12, buckets: 0, findings }, 0);
    expect(text).toContain('12 conflicts\n');
    expect(text).toContain('  and 7 more: see --json\n');
    expect(text).toContain('12 left to a person.\n');
    expect(text.split('\n').length).toBeLessThan(20);
  });

  it('gives machines each finding, and a summary', () => {
    expect(findingJson(noBucket('alice'))).toEqual({
      class: 'user-without-uri',
      userId: 'alice',
      problem: 'there is no bucket either',
      mend: { event: 'UserRegistered', eventId: 'registration-1', registeredAt: 1_700_000_000, bucket: 'siualice' },
    });
    expect(findingJson(orphan)).toEqual({ ...orphan, mend: null });
    expect(summaryJson({ rows: 2, buckets: 1, findings: [noBucket('alice'), orphan] }, { mended: 1 })).toEqual({
      class: 'summary',
      rows: 2,
      buckets: 1,
      found: {
        'user-without-uri': 1,
        'uri-without-bucket': 0,
        'bucket-without-tags': 0,
        'bucket-without-user': 1,
        conflict: 0,
      },
      mendable: 1,
      mended: 1,
    });
  });
});
