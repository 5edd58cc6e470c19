import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { type Bucket, SettlingChecks } from '../../../../tools/simulate/promises/index.ts';

type Step = Pick<JournalEntry, 'hop'> & Readonly<Record<string, unknown>>;

const inUse: Bucket = { name: 'siuada', tags: {}, isToBeEmptied: false };
const retired: Bucket = { name: 'siuada', tags: { retiredAt: '5', emptiedFrom: '2026-12-30' }, isToBeEmptied: true };

const row = (eventName: string): Step => ({ hop: 'stream-record', eventName, keys: { userId: { S: 'ada' } } });
const [came, went, changed] = [row('INSERT'), row('REMOVE'), row('MODIFY')];
const message = (userId = 'ada', messageId = 'm', replayName?: string): Step => ({
  hop: 'message',
  messageId,
  body: JSON.stringify({ detail: { metadata: { eventId: 'e', replayName }, data: { userId } } }),
});
const batch = (queueArn: string, requestId = '1', messageIds = ['m']): Step => ({
  hop: 'batch',
  requestId,
  queueArn,
  messageIds,
});
const marks: Step = { hop: 'api-call', operation: 'PutBucketTagging', invocation: '1' };
const answered = (failed: readonly string[] = [], requestId = '1'): Step => ({
  hop: 'invocation',
  requestId,
  outcome: 'answered',
  result: { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
});

/** Ada's, as they are now. */
let buckets: readonly Bucket[];
beforeEach(() => {
  buckets = [inUse];
});

/** What is wrong with these steps. A function among them changes the buckets. */
function broken(...steps: readonly (Step | (() => void))[]): readonly string[] {
  const checks = new SettlingChecks({
    subscriberOf: (queueArn) => queueArn,
    bucketsOf: (userId) => (userId === 'ada' ? buckets : []),
  });
  checks.begin();
  for (const [place, step] of steps.entries()) {
    if (typeof step === 'function') step();
    else checks.note({ ...step, sequence: place, at: place });
  }
  return checks.violations.map(({ what }) => what);
}
const retire = () => {
  buckets = [retired];
};

describe('who has settled the buckets of a user', () => {
  const left = [came, went, message(), batch('bucket-retirer')];

  test('has retired those of a user who left', () => {
    expect(broken(...left, marks, retire, answered())).toEqual([]);
    expect(broken(...left, answered())).toEqual([]);
    buckets = [inUse];
    expect(broken(...left, answered())).toEqual(['left, and bucket-retirer has not retired siuada']);
  });

  test('has done it whole', () => {
    buckets = [{ ...retired, isToBeEmptied: false }];
    expect(broken(...left, marks, answered())).toHaveLength(1);
  });

  test('has left those of a user who is there as they are, also when the event says that the user left', () => {
    const isBack = [came, went, came, message(), batch('bucket-retirer')];
    expect(broken(...isBack, answered())).toEqual([]);
    expect(broken(...isBack, marks, retire, answered())).toEqual([
      'is there, and bucket-retirer has left siuada as a retired one',
    ]);
  });

  test('has read the row again: it may have come before the last change, and not after it', () => {
    expect(broken(...left, came, marks, retire, answered())).toHaveLength(1);
    buckets = [inUse];
    expect(broken(...left, marks, retire, came, answered())).toEqual([]);
    buckets = [inUse];
    expect(broken(...left, came, marks, retire, changed, answered())).toHaveLength(1);
  });
});

describe('nothing is said about', () => {
  const left = [came, went, message(), batch('bucket-retirer')];

  test('an event that was given back, or a function that died', () => {
    expect(broken(...left, answered(['m']))).toEqual([]);
    expect(broken(...left, { ...answered(), outcome: 'failed' })).toEqual([]);
  });

  test('a bucket that is newer: its own event comes', () => {
    buckets = [];
    const make = () => {
      buckets = [inUse];
    };
    expect(broken(...left, make, answered())).toEqual([]);
  });

  test('two who settle the buckets of a user at the same time', () => {
    const other = [message('ada', 'm2'), batch('bucket-restorer', '2', ['m2'])];
    expect(broken(...left, ...other, answered())).toEqual([]);
    expect(broken(...left, ...other, answered(['m2'], '2'), answered())).toEqual([]);
    expect(broken(...other, answered(['m2'], '2'), ...left, answered())).toHaveLength(1);
  });

  test('a replay of BucketCreated, which may be about users who left long ago', () => {
    const told = (replayName?: string) => [came, went, message('ada', 'm', replayName), batch('bucket-restorer')];
    expect(broken(...told('again'), answered())).toEqual([]);
    expect(broken(...told(), answered())).toHaveLength(1);
  });

  test('other subscribers', () => {
    expect(broken(came, went, message(), batch('uri-recorder'), answered())).toEqual([]);
  });

  test('the row of a user which changed while a function settled the buckets of several', () => {
    const both = [came, went, message(), message('bob', 'm2'), batch('bucket-retirer', '1', ['m', 'm2'])];
    expect(broken(...both, came, marks, retire, answered())).toEqual([]);
  });
});

test('an engine that was killed: what its functions did before is not judged', () => {
  const checks = new SettlingChecks({ subscriberOf: (queueArn) => queueArn, bucketsOf: () => buckets });
  const before = [came, went, message(), batch('bucket-retirer'), answered(), batch('bucket-retirer', '2')];
  const note = (step: Step, place: number) => checks.note({ ...step, sequence: place, at: place });
  for (const [place, step] of before.entries()) note(step, place);
  checks.begin();
  expect(checks.violations).toEqual([]);
  for (const [place, step] of [batch('bucket-retirer'), answered()].entries()) note(step, before.length + place);
  expect(checks.violations).toHaveLength(1);
});
