import { describe, expect, test } from '@jest/globals';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { findUsers, followRecentUsers, type RecentUsers } from '../../../../operations/find/index.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const NOW = 1_795_338_000_000;
const STACK = {
  name: 'app-prod',
  outputs: { UsersTableName: 'users', UserIdAttribute: 'id' },
};

interface Line {
  readonly at: number;
  readonly fields: object;
}

/** A stack on AWS: what its two functions have logged, and the URIs in its rows. */
function deployed(logs: Readonly<Record<string, readonly Line[]>>, uris: Readonly<Record<string, string | undefined>>) {
  const rowOf = (id: string) => {
    const uri = uris[id];
    return { id: { S: id }, ...(uri !== undefined && { s3_bucket_uri: { S: uri } }) };
  };
  const aws = new FakeAws({
    GetItem: ({ Key }) => (Key.id.S in uris ? { Item: rowOf(Key.id.S) } : {}),
    BatchGetItem: ({ RequestItems }) => {
      const keys = RequestItems.users.Keys as { readonly id: { readonly S: string } }[];
      return { Responses: { users: keys.filter(({ id }) => id.S in uris).map(({ id }) => rowOf(id.S)) } };
    },
    ListStackResources: () => ({
      StackResourceSummaries: Object.keys(logs).map((PhysicalResourceId, index) => ({
        LogicalResourceId: `${['BucketService', 'UriRecorder'][index]}Logs0A1B2C3D`,
        PhysicalResourceId,
        ResourceType: 'AWS::Logs::LogGroup',
      })),
    }),
    FilterLogEvents: ({ logGroupName, startTime }) => ({
      events: logs[logGroupName]
        ?.filter(({ at }) => at >= startTime)
        .map(({ at, fields }, index) => ({
          eventId: `${logGroupName} ${index}`,
          timestamp: at,
          message: JSON.stringify(fields),
        })),
    }),
  });
  const on: OnStack = { target: { stackName: STACK.name }, clients: aws.clients, stack: STACK };
  return { aws, on };
}

const minutesAgo = (minutes: number) => NOW - minutes * 60_000;
const line = (at: number, userId: string, more: object = {}): Line => ({
  at,
  fields: {
    level: 'INFO',
    message: 'bucket created',
    userId,
    eventId: `e-${userId}`,
    correlationId: `c-${userId}`,
    ...more,
  },
});

describe('on AWS, where there is no journal', () => {
  const logs = {
    bucket: [
      line(minutesAgo(5), 'alice', { bucketName: 'siualice-1' }),
      line(minutesAgo(4), 'bob', { level: 'ERROR', message: 'event not handled', problem: 'TooManyBuckets' }),
    ],
    uri: [line(minutesAgo(3), 'alice'), { at: minutesAgo(1), fields: { type: 'platform.report' } }],
  };
  const users = { alice: 's3://siualice-1', bob: undefined, carol: undefined };

  test.each([
    ['alice', [{ userId: 'alice', reason: 'this is the user id' }]],
    ['e-bob', [{ userId: 'bob', reason: 'an event of this user has this id' }]],
    ['c-bob', [{ userId: 'bob', reason: "this is a registration's correlation id" }]],
    ['siualice-1', [{ userId: 'alice', reason: "this is the user's bucket" }]],
    ['s3://siualice-1', [{ userId: 'alice', reason: "this is the user's bucket" }]],
    ['carol', [{ userId: 'carol', reason: 'this is the user id' }]],
    ['dave', []],
  ])('%s leads to what the table and the logs of the last day say', async (text, found) => {
    const { aws, on } = deployed(logs, users);
    expect(await findUsers(on, text, NOW)).toEqual({ users: found, hasJournal: false });
    for (const input of aws.inputs('FilterLogEvents')) expect(input.startTime).toBe(NOW - 86_400_000);
  });

  test('the users of the last minutes are listed, the latest first, with what their rows and logs say', async () => {
    const now = Date.now();
    const recent = {
      bucket: [
        line(now - 3000, 'alice'),
        line(now - 2000, 'bob', { level: 'ERROR', message: 'event not handled', problem: 'TooManyBuckets' }),
        line(now - 1000, 'carol'),
      ],
      uri: [line(now - 500, 'alice')],
    };
    const end = new AbortController();
    const lists: RecentUsers[] = [];
    for await (const list of followRecentUsers(deployed(recent, users).on, { signal: end.signal })) {
      lists.push(list);
      end.abort();
    }
    expect(lists).toEqual([
      {
        hasJournal: false,
        users: [
          { userId: 'carol', at: now - 1000, verdict: 'waiting', text: 'its row has no URI yet' },
          {
            userId: 'bob',
            at: now - 2000,
            verdict: 'failed',
            text: 'a function could not handle an event: TooManyBuckets',
          },
          { userId: 'alice', at: now - 3000, verdict: 'done', text: 's3://siualice-1' },
        ],
      },
    ]);
  });

  test('a list is read again after a pause', async () => {
    const end = new AbortController();
    const pauses: number[] = [];
    let time = 0;
    const clock = {
      now: () => {
        time += 1000;
        return time;
      },
      pause: async (ms: number) => {
        if (pauses.push(ms) === 2) end.abort();
      },
    };
    for await (const { hasJournal } of followRecentUsers(deployed(logs, users).on, { signal: end.signal, clock })) {
      expect(hasJournal).toBe(false);
    }
    expect(pauses).toEqual([15_000, 15_000]);
  });
});
