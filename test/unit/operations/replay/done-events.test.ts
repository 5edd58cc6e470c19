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

/** What is left of events with these bodies, for whom rows were read, and how far it was told. */
async function looked(bodies: readonly string[], uris: Readonly<Record<string, string>>, stop?: AbortSignal) {
  const aws = new FakeAws({
    BatchGetItem: ({ RequestItems }) => {
      const asked: { id: { S: string } }[] = RequestItems.users.Keys;
      const found = asked.filter(({ id }) => uris[id.S] !== undefined);
      return { Responses: { users: found.map(({ id }) => ({ id, s3_bucket_uri: { S: uris[id.S] } })) } };
    },
  });
  const looks: number[] = [];
  const on = { target: { stackName: 'mine' }, clients: aws.clients, stack: STACK };
  const signal = stop ?? new AbortController().signal;
  const events = bodies.map((body) => ({ at: 0, body }));
  const rest = await withoutDone(on, 'uri-recorder', events, { signal, onLook: (count) => looks.push(count) });
  const asked = aws.inputs('BatchGetItem').map(({ RequestItems }) => {
    const keys: { id: { S: unknown } }[] = RequestItems.users.Keys;
    return keys.map(({ id }) => id.S);
  });
  return { left: rest.map(({ body }) => body), asked, looks };
}

describe('events that are looked at', () => {
  const bodyOf = (userId: unknown) => JSON.stringify({ detail: { data: { userId, registeredAt: REGISTERED_AT } } });

  test('are not done where they are about no user, and rows are read once for each user', async () => {
    const nobody = [bodyOf(''), bodyOf(7), bodyOf(undefined), '{}', 'no JSON'];
    const uris = { ann: 's3://any', '': 's3://any', 7: 's3://any', undefined: 's3://any' };
    const { left: rest, asked } = await looked([bodyOf('ann'), ...nobody, bodyOf('bo'), bodyOf('ann')], uris);
    expect(rest).toEqual([...nobody, bodyOf('bo')]);
    expect(asked).toEqual([['ann', 'bo']]);
  });

  test('are looked at a hundred at a time, and none after a stop', async () => {
    const bodies = Array.from({ length: 150 }, (_, index) => bodyOf(`u${index}`));
    const { left: rest, asked, looks } = await looked(bodies, { u120: 's3://any' });
    expect([rest.length, asked.map(({ length }) => length), looks]).toEqual([149, [100, 50], [100, 150]]);
    expect(await looked(bodies, {}, AbortSignal.abort())).toEqual({ left: [], asked: [], looks: [] });
  });

  test('need at most ten looks at buckets side by side', async () => {
    let [inFlight, largest] = [0, 0];
    const users = Array.from({ length: 25 }, (_, index) => `u${index}`);
    const aws = new FakeAws({
      BatchGetItem: () => ({
        Responses: { users: users.map((id) => ({ id: { S: id }, s3_bucket_uri: { S: `s3://${bucketOf(id)}` } })) },
      }),
      GetBucketTagging: async () => {
        inFlight += 1;
        largest = Math.max(largest, inFlight);
        await new Promise(setImmediate);
        inFlight -= 1;
        return {};
      },
    });
    const on = { target: { stackName: 'mine' }, clients: aws.clients, stack: STACK };
    const options = { signal: new AbortController().signal, onLook: () => {} };
    expect(await withoutDone(on, 'bucket-service', users.map(eventOf), options)).toHaveLength(25);
    expect(largest).toBe(10);
  });
});

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
    expect(effectKnownBy('uri-recorder')).toBe("the user's row has a URI");
    expect(effectKnownBy('bucket-service')).toBe("the user's bucket exists, and the row has its URI");
    expect(effectKnownBy('welcome-mail')).toBeUndefined();
    expect(effectKnownBy('constructor')).toBeUndefined();
    for (const name of ['welcome-mail', 'constructor']) {
      expect(await left(name, ['ann'], { uris: { ann: 's3://any' } })).toEqual(['ann']);
    }
  });
});
