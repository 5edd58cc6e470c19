import { describe, expect, test } from '@jest/globals';
import { effectKnownBy, withoutDone } from '../../../../operations/replay/done-events.ts';
import { userIdTag } from '../../../../services/bucket-service/bucket-tags.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const REGISTERED_AT = 1_795_338_000;
const STACK = {
  name: 'mine',
  outputs: {
    UsersTableName: 'users',
    UserIdAttribute: 'id',
    EventBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/bus',
    BucketNamespace: 'global',
    BucketNamePrefix: 'siu',
  },
};

const bucketOf = (userId: string) => `siu${userId}-20261122090000`;
const eventOf = (userId: string) => ({
  at: 0,
  body: JSON.stringify({ detail: { data: { userId, registeredAt: REGISTERED_AT } } }),
});

interface World {
  readonly uris: Readonly<Record<string, string>>;
  /** The owners of buckets, by the buckets' names. */
  readonly owners?: Readonly<Record<string, string>>;
}

/** The users whose events are left. */
async function left(subscriber: string, users: readonly string[], { uris, owners = {} }: World): Promise<string[]> {
  const aws = new FakeAws({
    BatchGetItem: () => ({
      Responses: {
        users: Object.entries(uris).map(([userId, uri]) => ({ id: { S: userId }, s3_bucket_uri: { S: uri } })),
      },
    }),
    GetBucketTagging: ({ Bucket }: { Bucket: string }) => {
      const owner = owners[Bucket];
      if (owner === undefined) throw awsError('NoSuchBucket');
      const tags = { app: 'user-bucket-pipeline', userIdSha256: userIdTag(owner), registeredAt: 'then' };
      return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  });
  const on = { target: { stackName: 'mine' }, clients: aws.clients, stack: STACK };
  const signal = new AbortController().signal;
  const events = await withoutDone(on, subscriber, users.map(eventOf), { signal, onLook: () => {} });
  return events.map(({ body }) => (JSON.parse(body) as { detail: { data: { userId: string } } }).detail.data.userId);
}

describe('an event is done', () => {
  test('for uri-recorder where the row has a URI', async () => {
    expect(await left('uri-recorder', ['ann', 'bo'], { uris: { ann: 's3://any' } })).toEqual(['bo']);
  });

  test('for bucket-service where the bucket is there, is the user’s, and the row has its URI', async () => {
    const uris = Object.fromEntries(['ann', 'bo', 'cy'].map((userId) => [userId, `s3://${bucketOf(userId)}`]));
    const owners = { [bucketOf('ann')]: 'ann', [bucketOf('cy')]: 'mallory', [bucketOf('dee')]: 'dee' };
    // The bucket of bo is gone, that of cy is another one's, and the row of dee has no URI.
    expect(await left('bucket-service', ['ann', 'bo', 'cy', 'dee'], { uris, owners })).toEqual(['bo', 'cy', 'dee']);
  });

  test('for no other subscriber: that cannot be known', async () => {
    expect(effectKnownBy('welcome-mail')).toBeUndefined();
    expect(effectKnownBy('constructor')).toBeUndefined();
    expect(await left('welcome-mail', ['ann'], { uris: { ann: 's3://any' } })).toEqual(['ann']);
  });
});
