import { describe, expect, test } from '@jest/globals';
import { limitsOf } from '../../../../tools/capacity/limits.ts';
import {
  busyLanes,
  eventsPerRequest,
  longestRoundMs,
  pipeExecutions,
  pipeLoad,
  pipeRequests,
  roundMs,
  shardCarries,
  shardRates,
  shardsAt,
} from '../../../../tools/capacity/pipe-rate.ts';
import { quotasOf } from '../../../../tools/capacity/quotas.ts';
import { smallStack } from './support/small-stack.ts';

const tenLanes = { ...smallStack, pipeLanes: 10 };
const oneLane = { ...smallStack, pipeLanes: 1 };

describe('one shard', () => {
  test('with ten lanes carries what its partition takes, and its lanes could carry twice as much', () => {
    expect(roundMs()).toBe(50); // 30 for PutEvents, 20 for the rest
    expect(shardRates(tenLanes)).toEqual({
      writes: 500, // 1,000 write units, two a sign-up
      reads: 1398, // 4 reads of 699 records of 1,500 bytes, two a sign-up
      lanes: 1000, // 10 lanes, 5 of 10 records kept, every 50 ms
    });
    expect(shardCarries(tenLanes)).toBe(500);
    expect(longestRoundMs(tenLanes)).toBe(100);
  });

  test('with few lanes carries what they deliver', () => {
    expect(shardCarries(oneLane)).toBe(100);
    expect(shardCarries(smallStack)).toBe(300);
    expect(longestRoundMs(oneLane)).toBe(10);
  });

  test('with batches of one record, carries a tenth', () => {
    expect(shardRates({ ...tenLanes, pipeBatchSize: 1 }).lanes).toBe(100);
  });
});

test.each([
  [1, 4],
  [2000, 4], // 4,000 write units, in 4 partitions of 1,000
  [2001, 5],
  [10_000, 20],
])('a table that takes %i sign-ups a second has at least %i shards', (signups, shards) => {
  expect(Math.ceil(shardsAt(signups))).toBe(shards);
});

describe('requests of the pipe', () => {
  test.each([
    [10, 10, 1], // each event comes alone
    [800, 800, 1], // 40 lanes, busy all the time: 20 a second each
    [1000, 800, 1.25], // what comes while a lane is busy shares its next batch
    [2000, 800, 2.5],
    [10_000, 4000, 2.5], // more shards come with the writes
  ])('at %i sign-ups a second are at most %i, with at least %d events each', (signups, requests, events) => {
    expect(pipeRequests(signups, tenLanes)).toBeCloseTo(requests, 6);
    expect(eventsPerRequest(signups, tenLanes)).toBeCloseTo(events, 6);
  });

  test('hold no more than a full batch, also when the lanes do not keep up', () => {
    expect(eventsPerRequest(1000, oneLane)).toBe(5); // 80 requests
  });

  test('run at the same time as long as a round takes, and at most one in each lane', () => {
    expect(pipeExecutions(100, tenLanes)).toBeCloseTo(5, 6);
    expect(pipeExecutions(2000, tenLanes)).toBeCloseTo(40, 6);
    expect(pipeLoad(10_000, tenLanes)).toEqual({
      shards: 20,
      shardCarries: 500,
      requests: 4000,
      eventsPerRequest: 2.5,
      executions: 200,
    });
  });
});

describe('the lanes as a limit', () => {
  const lanesOf = (facts: typeof smallStack) =>
    limitsOf(facts, quotasOf('us-east-1')).find(({ name }) => name === 'lanes of the pipe');

  test('ten are enough for any rate, because writes need new shards first', () => {
    expect(lanesOf(tenLanes)?.enoughFor).toBe(Number.POSITIVE_INFINITY);
    expect(busyLanes(2000, tenLanes)).toBe(5);
    expect(busyLanes(1_000_000, tenLanes)).toBe(5);
  });

  test('one is enough for four shards with 100 sign-ups a second each', () => {
    expect(lanesOf(oneLane)?.enoughFor).toBeCloseTo(400, 6);
  });

  test('a stack without a pipe has none', () => {
    expect(lanesOf({ ...smallStack, pipes: 0 })).toBeUndefined();
  });
});
