import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../../../packages/local-engine/index.ts';
import { type Bucket, Restorations } from '../../../../tools/simulate/promises/index.ts';

type Step = Pick<JournalEntry, 'hop'> & Readonly<Record<string, unknown>>;

const retired: Bucket = { name: 'siuada', tags: { retiredAt: '5', emptiedFrom: '2026-12-30' }, isToBeEmptied: true };
const half: Bucket = { ...retired, isToBeEmptied: false };
const inUse: Bucket = { name: 'siuada', tags: {}, isToBeEmptied: false };

/** Bob's, which nothing has ever retired. */
const ofBob: Bucket = { ...inUse, name: 'siubob' };

/** Ada's, as it is now. */
let bucket: Bucket;
beforeEach(() => {
  bucket = retired;
});

const message = (replayName: string | undefined, messageId = 'm', userId = 'ada'): Step => ({
  hop: 'message',
  messageId,
  body: JSON.stringify({ detail: { metadata: { eventId: 'e', replayName }, data: { userId } } }),
});
const batch = (queueArn = 'bucket-restorer', requestId = '1', messageIds = ['m']): Step => ({
  hop: 'batch',
  requestId,
  queueArn,
  messageIds,
});
const begun = [message('again'), batch()];
const ended = (outcome: string, errorType?: string): Step => ({
  hop: 'invocation',
  requestId: '1',
  outcome,
  errorType,
});
const died = ended('failed', 'Runtime.ExitError');

/** A function has made the bucket what it is now. */
const makes = (to: Bucket, invocation = '1') => [
  () => {
    bucket = to;
  },
  { hop: 'api-call', operation: 'PutBucketTagging', invocation } satisfies Step,
];

type Steps = readonly (Step | (() => void))[];

function checks(before?: Restorations): Restorations {
  return new Restorations(
    { subscriberOf: (queueArn) => queueArn, bucketsOf: (userId) => (userId === 'ada' ? [bucket] : [ofBob]) },
    before,
  );
}

function take(restorations: Restorations, steps: Steps): Restorations {
  for (const [place, step] of steps.entries()) {
    if (typeof step === 'function') step();
    else restorations.note({ ...step, sequence: place, at: place });
  }
  return restorations;
}

function found(...steps: Steps): readonly string[] {
  const restorations = checks();
  restorations.begin();
  return take(restorations, steps).cutShort;
}

describe('a bucket that a replay restored was left in use', () => {
  test.each(['Runtime.ExitError', 'Runtime.OutOfMemory', 'Runtime.Stopped', 'Sandbox.Timedout'])(
    'where its function ended with %s',
    (errorType) => {
      expect(found(...begun, ...makes(inUse), ended('failed', errorType))).toEqual(['siuada']);
    },
  );

  test('where an error stopped it: the next attempt finds no row', () => {
    expect(found(...begun, ...makes(inUse), ended('items-failed'), ended('answered'))).toEqual(['siuada']);
    const again = batch('bucket-restorer', '2');
    expect(found(...begun, ...makes(inUse), ended('items-failed'), again, ...makes(retired, '2'))).toEqual([]);
  });

  test('in part', () => {
    expect(found(...begun, ...makes(half), died)).toEqual(['siuada']);
  });

  test('also where what it had sent arrived later', () => {
    expect(found(...begun, died, ...makes(inUse))).toEqual(['siuada']);
  });
});

describe('it was not', () => {
  test('where the function ended by itself', () => {
    expect(found(...begun, ...makes(inUse), ended('answered'))).toEqual([]);
    expect(found(...begun, ...makes(inUse), ended('failed', 'TypeError'))).toEqual([]);
  });

  test('where the function died before it had restored the bucket, or after it had taken that back', () => {
    expect(found(...begun, died)).toEqual([]);
    expect(found(...begun, ...makes(inUse), ...makes(retired), died)).toEqual([]);
    expect(found(...begun, ...makes(inUse), died, ...makes(retired, '2'), ...makes(inUse, '3'))).toEqual([]);
  });

  test('where another had restored it', () => {
    expect(found(...begun, ...makes(inUse, '2'), died)).toEqual([]);
    expect(found(message('again'), batch('bucket-retirer'), ...makes(inUse), died)).toEqual([]);
    expect(found(message('again', 'm', 'bob'), batch(), ...makes(inUse), died)).toEqual([]);
  });

  test('where the event was new: it comes again, and decides', () => {
    expect(found(message(undefined), batch(), ...makes(inUse), died)).toEqual([]);
  });
});

describe('an engine that is killed ends its functions', () => {
  /** @param written what is left in the journal */
  const restarted = (before: Steps, written: Steps) => {
    bucket = retired;
    const killed = checks();
    killed.begin();
    const after = take(checks(take(killed, before)), written);
    after.begin();
    return after;
  };
  const journal = (steps: Steps) => steps.filter((step) => typeof step !== 'function');

  test('which had restored a bucket', () => {
    const steps = [...begun, ...makes(inUse)];
    expect(restarted(steps, journal(steps)).cutShort).toEqual(['siuada']);
    expect(restarted([...steps, ended('answered')], journal(steps)).cutShort).toEqual(['siuada']);
    expect(restarted([...steps, died], journal([...steps, died])).cutShort).toEqual(['siuada']);
  });

  test('and no other bucket of the same delivery', () => {
    const steps = [
      message('again'),
      message('again', 'n', 'bob'),
      batch('bucket-restorer', '1', ['m', 'n']),
      ...makes(inUse),
    ];
    expect(restarted(steps, journal(steps)).cutShort).toEqual(['siuada']);
  });

  test('also where another engine was killed after that one, before it had done anything', () => {
    const steps = [...begun, ...makes(inUse)];
    const killed = restarted(steps, journal(steps));
    const after = take(checks(killed), journal(steps));
    after.begin();
    expect(after.cutShort).toEqual(['siuada']);
  });

  test('and not where the bucket is as it was, or the function had ended', () => {
    const steps = [...begun, ...makes(inUse)];
    const lost = () => {
      bucket = retired;
    };
    expect(restarted([...steps, lost], journal(begun)).cutShort).toEqual([]);
    expect(restarted([...steps, died, lost], journal(begun)).cutShort).toEqual([]);
    expect(restarted(begun, begun).cutShort).toEqual([]);
    const whole = [...steps, ended('answered')];
    expect(restarted(whole, journal(whole)).cutShort).toEqual([]);
  });
});
