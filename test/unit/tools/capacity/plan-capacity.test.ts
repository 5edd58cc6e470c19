import { describe, expect, test } from '@jest/globals';
import { limitsOf } from '../../../../tools/capacity/limits.ts';
import { planCapacity, planSteps, planText } from '../../../../tools/capacity/plan-capacity.ts';
import { EVENTBRIDGE_QUOTAS, type EventBridgeQuotas } from '../../../../tools/capacity/quotas.ts';
import { bucketMaker, smallStack } from './support/small-stack.ts';

const quotasOf = (region: string): EventBridgeQuotas => {
  const quotas = EVENTBRIDGE_QUOTAS.get(region);
  if (quotas === undefined) throw new Error(`no quotas of ${region}`);
  return quotas;
};
const planIn = (region: string, users: number, signupsPerSecond: number, stack = smallStack) =>
  planCapacity({ users, signupsPerSecond }, stack, quotasOf(region), region);

test('each limit is enough for what its quota divides into', () => {
  const limits = limitsOf(smallStack, quotasOf('ap-northeast-1'));
  expect(Object.fromEntries(limits.map(({ name, enoughFor }) => [name, Math.floor(enoughFor)]))).toEqual({
    'buckets of the account': 10_000,
    'writes of a new table': 2000, // 4,000, two a sign-up
    'the pipe, on a new table': 2400, // 4 shards of 3 lanes, 10 records every 50 ms
    'executions of pipes at once': 200_000, // 1,000 of these
    'PutEvents requests': 600, // 1,200, two a sign-up
    'deliveries to subscribers': 1125, // 2,250, two a sign-up
    'concurrency of bucket-service': 348, // 10 batches of 10, 0.287 s each
    'concurrency of uri-recorder': 4545, // 10 batches of 10, 0.022 s each
    'functions at once': 3236, // 1,000, 0.309 s a sign-up
  });
});

test('a subscriber more takes its share of the deliveries', () => {
  const subscribers = [...smallStack.subscribers, { ...bucketMaker, name: 'another' }];
  const limits = limitsOf({ ...smallStack, subscribers }, quotasOf('us-east-1'));
  expect(limits.find(({ name }) => name === 'deliveries to subscribers')?.enoughFor).toBe(6250); // 18,750, three
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
    expect(plan.toRaise[0]).toMatchObject({ utilization: 2, needed: 1000 }); // 800 a second are 80 % of it
  });
});

test.each([
  ['us-east-1', 25.92],
  ['ap-northeast-1', 26.81], // a row's writes 0.18 more, logs 1.00 more, calls to S3 0.30 less
  ['eu-west-1', 25.92], // its own prices are not known
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
