import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../../../tools/simulate/day/plan.ts';
import { findUnrepaired, type Outcome } from '../../../../tools/simulate/promises/index.ts';
import {
  back,
  backBucket,
  bad,
  broken,
  bucket,
  calm,
  event,
  good,
  lostByPipe,
  signUp,
  twice,
} from '../../../support/simulated-outcomes.ts';

describe('where users leave', () => {
  const retired = {
    ...bucket,
    tags: { ...bucket.tags, retiredAt: '5', emptiedFrom: '2026-09-01' },
    isToBeEmptied: true,
  };
  const left = { registrations: [{ ...signUp, isGone: true }], rows: [], retiresBuckets: true };

  test('the buckets of those who left are retired, whole, and of nobody else', () => {
    expect(broken({ ...left, buckets: [retired] })).toEqual([]);
    expect(broken(left)).toEqual(['left, and siuada is not retired']);
    expect(broken({ ...left, buckets: [{ ...retired, isToBeEmptied: false }] })).toHaveLength(1);
    expect(broken({ retiresBuckets: true, buckets: [retired] })).toEqual(['is there, and siuada is retired']);
    expect(broken({ retiresBuckets: true, buckets: [{ ...bucket, isToBeEmptied: true }] })).toHaveLength(1);
  });

  describe('what is not done may settle it later, or was purged', () => {
    const text = 'left, and siuada is not retired';
    const gone = { ...left, registrations: [{ ...signUp, isGone: true, deletionId: 'd' }] };
    const owned = { ...bucket, tags: { ...bucket.tags, correlationId: 'r' } };
    const of = (subscriber: string, eventId: string, correlationId = eventId) => [
      { userId: 'ada', subscriber, queue: 'dead', eventId, correlationId, reason: 'x' },
    ];
    const without = (what: Partial<Outcome>) => broken({ buckets: [owned], ...gone, ...what });

    test.each([
      ['the deletion', of('bucket-retirer', 'd')],
      ['the announcement of that bucket', of('bucket-restorer', 'r:BucketCreated', 'r')],
      ['the registration of that bucket', of('bucket-service', 'r')],
    ])('%s', (_what, letters) => {
      expect(without({})).toContain(text);
      expect(without({ deadLetters: letters })).not.toContain(text);
      expect(without({ purged: letters })).not.toContain(text);
      expect(without({ lostByRules: letters })).not.toContain(text);
    });

    test.each([
      ['the URI', of('uri-recorder', 'r:BucketCreated', 'r')],
      ['an earlier deletion', of('bucket-retirer', 'd0')],
      ['the announcement of another bucket', of('bucket-restorer', 'r0:BucketCreated', 'r0')],
      ['another registration', of('bucket-service', 'r0')],
    ])('and not what is about %s', (_what, letters) => {
      expect(without({ deadLetters: letters })).toContain(text);
      expect(without({ purged: letters })).toContain(text);
      expect(without({ lostByRules: letters })).toContain(text);
    });

    test('a record of the deletion that a pipe gave up, and none of a registration', () => {
      expect(without({ lostByPipe: [{ userId: 'ada', eventId: 'd' }] })).not.toContain(text);
      expect(without({ lostByPipe: [{ userId: 'ada', eventId: 'r' }] })).toContain(text);
    });

    test('for a user who is back, the registration with which they are', () => {
      const isBack = { ...twice, retiresBuckets: true, buckets: [retired, backBucket] };
      const still = 'is there, and siuada is retired';
      expect(broken(isBack)).toContain(still);
      for (const subscriber of ['bucket-service', 'bucket-restorer']) {
        expect(broken({ ...isBack, deadLetters: of(subscriber, 'x', 'r2') })).not.toContain(still);
        expect(broken({ ...isBack, deadLetters: of(subscriber, 'x', 'r') })).toContain(still);
      }
      expect(broken({ ...isBack, lostByPipe: [{ userId: 'ada', eventId: 'r2' }] })).not.toContain(still);
      expect(broken({ ...isBack, deadLetters: of('uri-recorder', 'x', 'r2') })).toContain(still);
      expect(broken({ ...isBack, lostByPipe })).toContain(still);
      // The deletion before that: bucket-retirer looks again, and takes back what it has done.
      const registrations = [{ ...signUp, isGone: true, deletionId: 'd' }, back];
      const dead = (id: string) => broken({ ...isBack, registrations, deadLetters: of('bucket-retirer', id, id) });
      expect(dead('d')).not.toContain(still);
      expect(dead('x')).toContain(still);
    });

    test('after the redrive nothing may', () => {
      expect(findUnrepaired(bad, { ...good, ...left })).toHaveLength(1);
    });
  });

  test('each deleted row is published, unless the pipe gave it up, and nothing else is', () => {
    const deleted = (...ids: string[]) =>
      ids
        .map((eventId) => event('UserDeleted', { eventId, correlationId: eventId }))
        .map((each) => ({ ...each, data: { userId: 'ada' } }));
    const gone = { buckets: [retired], registrations: [{ ...signUp, isGone: true, deletionId: 'd' }], rows: [] };
    const without = (events: Outcome['events'], what: Partial<Outcome> = {}) =>
      broken({ retiresBuckets: true, ...gone, events: [...good.events, ...events], ...what });
    expect(without(deleted('d'))).toEqual([]);
    expect(without([])).toEqual(['left, which was not published']);
    expect(without([], { lostByPipe: [{ userId: 'ada', eventId: 'd' }] })).toEqual([]);
    expect(without([], { retiresBuckets: false, buckets: [bucket] })).toEqual([]);
    expect(without(deleted('d', 'x'))).toEqual(['has a UserDeleted event without a deleted row']);
    const replayed = deleted('d').map(({ metadata, ...each }) => ({
      ...each,
      metadata: { ...metadata, replayName: 'a' },
    }));
    expect(without(replayed)).toEqual(['left, which was not published']);
  });

  test('a replay may leave a bucket in use whose function died, and no other bucket', () => {
    const text = 'left, and siuada is not retired';
    const faults: Plan['faults'] = [{ kind: 'on-the-way', what: 'kill-after', service: 'bucket-restorer', nth: 1 }];
    const replayed = [{ replay: 'a', subscriber: 'bucket-restorer', eventId: 'r:BucketCreated', userId: 'ada' }];
    expect(broken({ ...left, replayed, cutShort: ['siuada'] })).not.toContain(text);
    expect(broken({ ...left, replayed, cutShort: ['another'] }, { ...calm, faults })).toContain(text);
  });

  test('so may a bucket that a replay made for those who had left, and that nothing else announced', () => {
    const [first, made] = good.events;
    if (first === undefined || made === undefined) throw new Error('There are no events.');
    const text = 'left, and siuada is not retired';
    const gone = { ...left, registrations: [{ ...signUp, isGone: true, deletionId: 'd' }] };
    const deletion = { ...event('UserDeleted', { eventId: 'd', correlationId: 'd' }), data: { userId: 'ada' } };
    const replayed = { ...made, metadata: { ...made.metadata, replayName: 'a' } };
    const found = (...events: Outcome['events']) => broken({ ...gone, events: [first, ...events] });
    expect(found(deletion, replayed)).not.toContain(text);
    expect(found(replayed, deletion)).toContain(text);
    expect(found(deletion, made)).toContain(text);
    expect(found(deletion, made, replayed)).toContain(text);
    // It is not known when they left.
    expect(found(replayed)).toContain(text);
    const [{ deletionId: _, ...standing }] = gone.registrations as [(typeof gone)['registrations'][0]];
    expect(broken({ ...gone, registrations: [standing], events: [first, replayed] })).toContain(text);
  });

  test('a bucket that reconcile had made for them meanwhile may be in use', () => {
    const fixed = { ...bucket, tags: { ...bucket.tags, correlationId: 'reconcile-1' } };
    expect(broken({ ...left, buckets: [retired, fixed] })).not.toContain('left, and siuada is not retired');
    expect(broken({ ...left, buckets: [{ ...fixed, tags: { ...fixed.tags, correlationId: 'r' } }] })).toHaveLength(1);
  });

  test('elsewhere no bucket is retired', () => {
    expect(broken({ ...left, retiresBuckets: false, buckets: [retired] })).toHaveLength(1);
  });
});
