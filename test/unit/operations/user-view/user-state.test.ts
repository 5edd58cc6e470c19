import { describe, expect, it } from '@jest/globals';
import { REGISTERED_AT } from '../../services/registrations.ts';
import type { World } from '../reconcile/world.ts';
import { look, world } from './user-world.ts';

describe('the state of a user', () => {
  it('given that all is well, says so, and when they registered', async () => {
    const w = world();
    w.register('alice');
    const { state } = await look(w, 'alice');
    expect(state).toEqual({
      registeredAt: REGISTERED_AT,
      correlationId: 'registration-of-alice',
      isBucketThere: true,
      isUriRecorded: true,
      isTheirs: true,
      isTagged: true,
      problems: [],
    });
  });

  it.each<[string, (w: World) => void, object, RegExp]>([
    [
      'no bucket and no URI',
      (w) => w.addRow('alice'),
      { isBucketThere: false, isUriRecorded: false },
      /^there is no bucket and no URI: npx pipeline trace alice .* reconcile --fix$/,
    ],
    [
      'a bucket that is not recorded',
      (w) => {
        w.addBucket('alice');
        w.addRow('alice');
      },
      { isBucketThere: true, isUriRecorded: false, isTheirs: true, registeredAt: REGISTERED_AT },
      /^the URI of the bucket is not recorded: .* reconcile --fix$/,
    ],
    [
      'a bucket that is not recorded, since the row has no room for it',
      (w) => {
        w.addBucket('alice');
        w.rows.set('alice', { userId: { S: 'alice' }, notes: { S: 'x'.repeat(409_600 - 16) } });
      },
      { isBucketThere: true, isUriRecorded: false },
      /^the URI of the bucket cannot be recorded: DynamoDB allows 409,600 bytes in a row, and the row would have \d+ more; .* reconcile --fix$/,
    ],
    [
      'neither bucket nor URI, and no room for it in the row',
      (w) => w.rows.set('alice', { userId: { S: 'alice' }, notes: { S: 'x'.repeat(409_600 - 16) } }),
      { isBucketThere: false, isUriRecorded: false },
      /^the URI of the bucket cannot be recorded: DynamoDB allows 409,600 bytes/,
    ],
    [
      'a URI whose bucket is gone',
      (w) => w.buckets.delete(w.register('alice')),
      { isBucketThere: false, isUriRecorded: true, registeredAt: REGISTERED_AT },
      /^the bucket that the row names does not exist: .* reconcile --fix$/,
    ],
    [
      'a bucket without tags',
      (w) => {
        w.register('alice');
        w.addBucket('alice', REGISTERED_AT, []);
      },
      { isBucketThere: true, isTheirs: true, isTagged: false, registeredAt: REGISTERED_AT },
      /^the bucket lacks some of our tags: .* reconcile --fix$/,
    ],
    [
      "somebody else's bucket",
      (w) => w.addRow('alice', `s3://${w.register('bob')}`),
      { isBucketThere: true, isTheirs: false },
      /^the bucket is tagged as another user's: for details run npx pipeline reconcile$/,
    ],
    [
      'a URI that is none',
      (w) => w.addRow('alice', 'x'),
      { isUriRecorded: true },
      /^s3_bucket_uri is not the URI of a bucket/,
    ],
  ])('given %s, says what is missing and what to do', async (_case, make, expected, problem) => {
    const w = world();
    make(w);
    const { state } = await look(w, 'alice');
    expect(state).toMatchObject(expected);
    expect(state.problems).toEqual([expect.stringMatching(problem)]);
  });
});
