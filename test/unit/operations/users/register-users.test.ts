import { setImmediate } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { registerUsers } from '../../../../operations/users/register-users.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const OUTPUTS = { UsersTableName: 'users', UserIdAttribute: 'userId' };

/** A table in which `taken` has a row already, `broken` cannot be put, and `stuck` never gets a URI. */
function tableWith(answers: Readonly<Record<string, (input: never) => unknown>> = {}): OnStack {
  const { clients } = new FakeAws({
    PutItem: ({ Item: { userId } }) => {
      if (userId.S === 'broken') throw awsError('ThrottlingException', 'slow down');
      if (userId.S !== 'taken') return {};
      const Item = { userId, s3_bucket_uri: { S: 's3://old' } };
      throw new ConditionalCheckFailedException({ $metadata: {}, message: 'exists', Item });
    },
    BatchGetItem: ({ RequestItems }) => ({
      Responses: {
        users: (RequestItems.users.Keys as { userId: { S: string } }[])
          .filter(({ userId }) => userId.S !== 'stuck')
          .map(({ userId }) => ({ userId, s3_bucket_uri: { S: `s3://${userId.S}` } })),
      },
    }),
    ...answers,
  });
  const target = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };
  return { target, clients, stack: { name: 'pipeline', outputs: OUTPUTS } };
}

function waiting() {
  let now = 0;
  const calls: string[] = [];
  return {
    calls,
    options: {
      waits: true,
      clock: { now: () => now, pause: async (ms: number) => (now += ms) },
      onProgress: (progress: { kind: string; report?: { userId: string } }) =>
        void calls.push(progress.report?.userId ?? progress.kind),
    },
  };
}

test('a user who exists, or who cannot be registered, does not keep others from it', async () => {
  const reports = await registerUsers(tableWith(), ['taken', 'broken', 'new']);
  expect(reports).toHaveLength(3);
  expect(reports).toEqual(
    expect.arrayContaining([
      { userId: 'taken', status: 'exists', uri: 's3://old' },
      { userId: 'broken', status: 'failed', problem: 'ThrottlingException: slow down' },
      { userId: 'new', status: 'registered' },
    ]),
  );
});

test('of many users, 32 at a time are put', async () => {
  let [inFlight, most] = [0, 0];
  const on = tableWith({
    PutItem: async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await setImmediate();
      inFlight -= 1;
      return {};
    },
  });
  const many = Array.from({ length: 100 }, (_, index) => `user-${index}`);
  expect(await registerUsers(on, many)).toHaveLength(100);
  expect(most).toBe(32);
});

test('with waiting, those that are registered are reported with their URI, or that it did not come', async () => {
  const { calls, options } = waiting();
  const reports = await registerUsers(tableWith(), ['new', 'stuck', 'taken'], options);
  expect(reports).toEqual([
    { userId: 'taken', status: 'exists', uri: 's3://old' },
    { userId: 'new', status: 'registered', uri: 's3://new' },
    { userId: 'stuck', status: 'registered', problem: 'no URI within 30 s' },
  ]);
  expect(calls.filter((call) => call === 'row')).toHaveLength(3);
  expect(calls.slice(-3)).toEqual(['waiting', 'new', 'stuck']);
});

test('where no user was registered, it does not wait', async () => {
  const { calls, options } = waiting();
  await registerUsers(tableWith(), ['taken'], options);
  expect(calls).not.toContain('waiting');
});

test('given that the engine ends while it waits, there is a report for each user', async () => {
  let reads = 0;
  const on = tableWith({
    BatchGetItem: () => {
      if (++reads > 1) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      return { Responses: { users: [{ userId: { S: 'new' }, s3_bucket_uri: { S: 's3://new' } }] } };
    },
  });
  const { options } = waiting();
  expect(await registerUsers(on, ['new', 'stuck', 'taken'], options)).toEqual([
    { userId: 'taken', status: 'exists', uri: 's3://old' },
    { userId: 'new', status: 'registered', uri: 's3://new' },
    {
      userId: 'stuck',
      status: 'registered',
      problem: expect.stringMatching(/^URI not known: no local engine at http:\/\/127\.0\.0\.1:1;/),
    },
  ]);
});

test.each(['PutItem', 'BatchGetItem'])('an unexpected error of %s is not reported as a failed user', async (call) => {
  const bug = new TypeError('bug');
  const on = tableWith({ [call]: () => Promise.reject(bug) });
  await expect(registerUsers(on, ['a'], waiting().options)).rejects.toBe(bug);
});

test('given a stop while rows are put, no more are put, and those that have a row are reported', async () => {
  const stop = new AbortController();
  const many = Array.from({ length: 100 }, (_, index) => `user-${index}`);
  const reports = await registerUsers(tableWith(), many, {
    signal: stop.signal,
    onProgress: ({ kind }) => kind === 'row' && stop.abort(),
  });
  // Running calls end; their rows are counted.
  expect(reports.length).toBeGreaterThanOrEqual(1);
  expect(reports.length).toBeLessThan(100);
  expect(new Set(reports.map(({ status }) => status))).toEqual(new Set(['registered']));
});

test('given a stop while it waits for URIs, it ends and says so of the users that have none yet', async () => {
  const stop = new AbortController();
  const { options } = waiting();
  const reports = await registerUsers(tableWith(), ['new', 'stuck'], {
    ...options,
    signal: stop.signal,
    onProgress: ({ kind }) => kind === 'report' && stop.abort(),
  });
  expect(options.clock.now()).toBeLessThan(1000);
  expect(reports).toEqual([
    { userId: 'new', status: 'registered', uri: 's3://new' },
    { userId: 'stuck', status: 'registered', problem: 'not waited for' },
  ]);
});
