import { describe, expect, test } from '@jest/globals';
import type { Mutation } from '../../mutations/mutation.ts';
import { reportJson, reportText } from '../../mutations/report.ts';

const mutation = (what: string): Mutation => ({ kind: 'statement', logicalId: 'Role', what, apply: () => {} });
const NEEDED = { mutation: mutation('s3:A'), variant: 'dev', broken: { check: 'users get buckets', how: 'no bucket' } };
const UNNEEDED = { mutation: mutation('s3:B'), variant: 'dev' };

describe('the report of what a template can lose', () => {
  test('names each loss under the promise that it breaks, and counts', () => {
    const text = reportText([NEEDED]);
    expect(text).toContain('Needed, so that users get buckets:\n  Role  s3:A  (dev)\n');
    expect(text).toMatch(/Allow statements +1 +proven needed +1\n/);
    expect(text).not.toContain('NOT PROVEN');
  });

  test('names what nobody misses, and what to do about it', () => {
    const text = reportText([NEEDED, UNNEEDED]);
    expect(text).toMatch(/NOT PROVEN\. .*checks\.ts.*:\n {2}Role {2}s3:B/);
    expect(text).toMatch(/Allow statements +2 +proven needed +1\n/);
  });

  test('has the same for machines', () => {
    expect(reportJson([NEEDED, UNNEEDED])).toEqual({
      proven: 1,
      all: 2,
      mutations: [
        { kind: 'statement', logicalId: 'Role', what: 's3:A', variant: 'dev', broken: NEEDED.broken },
        { kind: 'statement', logicalId: 'Role', what: 's3:B', variant: 'dev', broken: null },
      ],
    });
  });
});
