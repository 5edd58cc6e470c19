import { describe, expect, test } from '@jest/globals';
import { limitsOf } from '../../../../tools/capacity/limits.ts';
import {
  duration,
  planCapacity,
  planSteps,
  planText,
  USERS_OF_ACCOUNT,
} from '../../../../tools/capacity/plan-capacity.ts';
import { quotasOf } from '../../../../tools/capacity/quotas.ts';
import { bucketMaker, recorder, smallStack } from './support/small-stack.ts';

const planIn = (region: string, users: number, signupsPerSecond: number, stack = smallStack) =>
  planCapacity({ users, signupsPerSecond }, stack, quotasOf(region), region);

test('each limit is enough for what its quota divides into', () => {
  const limits = limitsOf(smallStack, quotasOf('ap-northeast-1'));
  expect(Object.fromEntries(limits.map(({ name, enoughFor }) => [name, Math.floor(enoughFor)]))).toEqual({
    'buckets of the account': 10_000,
    'writes of a new table': 2000, // 4,000, two a sign-up
    'writes of a table': 20_000, // 40,000
    'lanes of the pipe': 1200, // 4 shards of 3 lanes, 5 sign-ups every 50 ms
    'executions of pipes at once': 166_666, // 1,000, in 333 shards of 500 sign-ups
    'PutEvents requests': 960, // 1,200: 240 of the pipe's 12 busy lanes, and one of bucket-service for each
    'deliveries to subscribers': 1125, // 2,250, two a sign-up
    'concurrency of bucket-service': 348, // 10 batches of 10, 0.287 s each
    'concurrency of uri-recorder': 4545, // 10 batches of 10, 0.022 s each
    'functions at once': 32_362, // 1,000, in full batches: 0.0309 s a sign-up
    'invocations of functions': 50_000, // 10,000, two for ten sign-ups
    'batches of one queue at once': 34_843, // 1,000 of 10, 0.287 s each
    'messages of one queue in flight': 418_118, // 120,000, 0.287 s each
  });
});

test('a subscriber more takes its share of the deliveries', () => {
  const subscribers = [...smallStack.subscribers, { ...bucketMaker, name: 'another' }];
  const limits = limitsOf({ ...smallStack, subscribers }, quotasOf('us-east-1'));
  expect(limits.find(({ name }) => name === 'deliveries to subscribers')?.enoughFor).toBe(6250); // 18,750, three
});

test('while fewer functions run than the subscriptions allow, events come alone', () => {
  const functions = limitsOf(smallStack, quotasOf('us-east-1')).filter(({ name }) =>
    / of functions|functions at/.test(name),
  );
  const taken = (signups: number) => functions.map(({ takenBy }) => Math.round(takenBy(signups) * 10) / 10);
  expect(taken(10)).toEqual([3.1, 20]); // 0.309 s a sign-up; two invocations
  expect(taken(1000)).toEqual([38.7, 554.5]); // 28.7 and 10; 100 full batches, and 10 functions of 0.022 s
});

test('subscribers without a limit of their own take functions of the account as they need them', () => {
  const { concurrency: _, ...unlimited } = recorder;
  const limits = limitsOf({ ...smallStack, subscribers: [unlimited] }, quotasOf('us-east-1'));
  expect(limits.map(({ name }) => name)).not.toContain('concurrency of uri-recorder');
  expect(limits.find(({ name }) => name === 'functions at once')?.takenBy(10_000)).toBeCloseTo(22, 6);
});

describe('which limit binds', () => {
  const stack = { ...smallStack, pipeLanes: 10 };
  const binding = (region: string, signupsPerSecond: number) =>
    planCapacity({ users: 1, signupsPerSecond }, stack, quotasOf(region))
      .readings.filter(({ utilization }) => utilization > 1)
      .map(({ name, utilization }) => `${name} ${Math.round(utilization * 100)} %`);

  test.each([
    ['us-east-1', 10, []],
    ['us-east-1', 100, []],
    ['us-east-1', 1000, ['concurrency of bucket-service 287 %']],
    [
      'us-east-1',
      10_000,
      [
        'concurrency of bucket-service 2870 %',
        'writes of a new table 500 %',
        'concurrency of uri-recorder 220 %',
        'PutEvents requests 140 %', // 4,000 of the pipe and 10,000 of bucket-service
        'deliveries to subscribers 107 %',
      ],
    ],
    ['ap-northeast-1', 100, []],
    ['ap-northeast-1', 1000, ['concurrency of bucket-service 287 %', 'PutEvents requests 150 %']],
    ['af-south-1', 100, []],
    [
      'af-south-1',
      1000,
      ['PutEvents requests 450 %', 'concurrency of bucket-service 287 %', 'deliveries to subscribers 267 %'],
    ],
  ])('in %s at %i sign-ups a second', (region, rate, names) => {
    expect(binding(region, rate)).toEqual(names);
  });
});

test.each([
  ['us-east-1', 10_000, 18_750],
  ['eu-central-1', 2400, 4500],
  ['ap-northeast-1', 1200, 2250],
  ['sa-east-1', 600, 1100],
  ['af-south-1', 400, 750],
])('in %s, EventBridge takes %i PutEvents requests and makes %i deliveries a second', (region, puts, deliveries) => {
  expect(quotasOf(region)).toMatchObject({ putEvents: puts, invocations: deliveries });
});

describe('the plan', () => {
  test('for a few users asks for nothing', () => {
    const plan = planIn('us-east-1', 2000, 1);
    expect(plan).toMatchObject({ accounts: 1, toRaise: [], bucketsUsdPerMonth: 0 });
    expect(planSteps({ users: 2000, signupsPerSecond: 1 }, plan)).toEqual([
      expect.stringMatching(/^Expect \$1 once/),
      expect.stringMatching(/^No quota needs/),
    ]);
  });

  test('asks for buckets before 80 % of them are there', () => {
    expect(planIn('us-east-1', 8000, 1).toRaise).toEqual([]);
    expect(planIn('us-east-1', 8001, 1).toRaise).toMatchObject([{ name: 'buckets of the account' }]);
  });

  test.each([
    [900_000, 1],
    [900_001, 2],
    [5_000_000, 6],
  ])('for %i users takes %i accounts, none filled beyond 90 %% of a million buckets', (users, accounts) => {
    expect(planIn('us-east-1', users, 1).accounts).toBe(accounts);
  });

  test('spreads users and sign-ups over the accounts, and tells what the buckets cost', () => {
    const demand = { users: 5_000_000, signupsPerSecond: 200 };
    const plan = planIn('ap-northeast-1', demand.users, demand.signupsPerSecond);
    expect(plan).toMatchObject({ accounts: 6, usersPerAccount: 833_334, bucketsUsdPerMonth: 99_760 }); // 12,000 are free
    expect(plan.signupsPerSecondPerAccount).toBeCloseTo(33.33, 2);
    expect(plan.readings[0]).toMatchObject({ name: 'buckets of the account', utilization: 500 });
    expect(planText({ ...demand, region: 'ap-northeast-1' }, plan)).toContain('First limit: buckets of the account');
  });

  test('names the rates to be raised, the tightest first, and by how much', () => {
    const plan = planIn('af-south-1', 5000, 400);
    expect(plan.toRaise.map(({ name }) => name)).toEqual([
      'PutEvents requests',
      'concurrency of bucket-service',
      'deliveries to subscribers',
    ]);
    // 240 of the pipe and 400 of bucket-service: 640 a second are 80 % of 800
    expect(plan.toRaise[0]).toMatchObject({ taken: 640, utilization: 1.6, needed: 800 });
  });

  test('says what changes where more quota is not enough, for limits that are near alone', () => {
    const text = planText(
      { users: 5000, signupsPerSecond: 400, region: 'af-south-1' },
      planIn('af-south-1', 5000, 400),
    );
    const [, changes = ''] = text.split('Where that is not enough, the design changes:');
    expect(changes).toContain('- PutEvents requests: fewer lanes of the pipe');
    expect(changes).not.toContain('- buckets of the account');
    const small = planText({ users: 5, signupsPerSecond: 1, region: 'us-east-1' }, planIn('us-east-1', 5, 1));
    expect(small).not.toContain('the design changes');
  });

  test('says what the rate of an account means for its pipe and its buckets', () => {
    const demand = { users: 1_800_000, signupsPerSecond: 2000 };
    const plan = planIn('us-east-1', demand.users, demand.signupsPerSecond); // two accounts
    expect(plan).toMatchObject({
      pipe: { shards: 4, shardCarries: 300, requests: 240 },
      bucketsLast: { byDefault: 10, onRequest: 1000 },
    });
    const text = planText({ ...demand, region: 'us-east-1' }, plan);
    expect(text).toContain(
      'The pipe at 1,000 sign-ups/s in an account: 4 shards at least, each carries 300 sign-ups/s',
    );
    expect(text).toContain('It sends 240 PutEvents requests a second at most, with 4.2 events or more in each.');
    expect(text).toContain('10,000 buckets are used up in 10 s, 1,000,000 in 17 minutes');
  });
});

test.each([
  [1, '1 s'],
  [0.25, '0.3 s'],
  [119, '119 s'],
  [120, '2 minutes'],
  [10_000, '2.8 hours'],
  [100_000, '28 hours'],
  [1_000_000, '12 days'],
])('%d seconds are written as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  ['us-east-1', 25.96],
  ['ap-northeast-1', 26.86], // a row's writes 0.18 more, logs 1.02 more, calls to S3 0.30 less
  ['eu-west-1', 25.96], // its own prices are not known
])('a million registrations in %s cost %d dollars', (region, usd) => {
  expect(planIn(region, 1_000_000, 1).registrationsUsd).toBeCloseTo(usd, 2);
});

describe('a Region that lacks a part of the stack', () => {
  const gapsIn = (region: string, stack = smallStack) => planIn(region, 2000, 1, stack).gaps;
  const global = {
    ...smallStack,
    subscribers: [{ ...bucketMaker, variables: { ...bucketMaker.variables, BUCKET_NAMESPACE: 'global' } }],
  };

  test.each([
    ['ap-east-2', ['lacks EventBridge Pipes', 'lacks archives']],
    ['ap-southeast-4', ['may lack archives']],
    ['ap-southeast-5', ['may lack archives']],
    ['me-south-1', ['lacks account-regional bucket names']],
    ['me-central-1', ['lacks account-regional bucket names']],
    ['ap-northeast-1', []],
  ])('%s: the plan says so first', (region, gaps) => {
    expect(gapsIn(region)).toEqual(gaps.map((gap) => expect.stringContaining(`${region} ${gap}`)));
    const text = planText({ users: 2000, signupsPerSecond: 1, region }, planIn(region, 2000, 1));
    expect(text.split('\n').filter((line) => line.startsWith('! '))).toHaveLength(gaps.length);
  });

  test('given global bucket names, none of the account’s own are missed', () => {
    expect(gapsIn('me-south-1', global)).toEqual([]);
    expect(gapsIn('ap-east-2', global)).toHaveLength(2);
  });
});

test('the text says of the default number of users where it comes from', () => {
  const firstLine = (users: number) =>
    planText({ users, signupsPerSecond: 1, region: 'us-east-1' }, planIn('us-east-1', users, 1)).split('\n')[0];
  expect(firstLine(USERS_OF_ACCOUNT)).toContain('900,000 users, as many as one account can hold, at most');
  expect(firstLine(1000)).toContain('1,000 users, at most');
});
