import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { Life } from '../../soak/load/engine-lives.ts';
import { SignUps } from '../../soak/load/sign-ups.ts';

const LIFE: Life = { number: 1, pid: 1, readyAt: 0 };

/** A sign-up service that works for 0.3 seconds, whose puts are answered like that; by user, from the first put on. */
async function signUps(
  answer: (put: number) => Error | undefined,
  { waiting = 0, isOver = false, minutes = 0.005 } = {},
) {
  const puts = new Map<string, number>();
  const registered: string[] = [];
  const dynamodb = {
    send: async ({ input }: { input: { Item: { userId: { S: string } } } }) => {
      const { S: userId } = input.Item.userId;
      const put = (puts.get(userId) ?? 0) + 1;
      puts.set(userId, put);
      const error = answer(put);
      if (error !== undefined) throw error;
    },
  } as unknown as DynamoDBClient;
  const service = new SignUps({
    lives: { up: async () => LIFE },
    dynamodb,
    table: 'users',
    minutes,
    rate: 100,
    waiting: () => waiting,
    onRegistered: (userId) => registered.push(userId),
  });
  await service.run(isOver ? AbortSignal.abort() : new AbortController().signal);
  return { service, puts, registered };
}

const NO_ANSWER = new Error('socket hang up');
const IS_THERE = new ConditionalCheckFailedException({ message: 'it is there', $metadata: { httpStatusCode: 400 } });
const BROKEN = Object.assign(new Error('InternalFailure'), { $metadata: { httpStatusCode: 500 } });

describe('a sign-up service', () => {
  test('registers whoever comes, once', async () => {
    const { service, registered } = await signUps(() => undefined);
    expect(registered.length).toBeGreaterThan(0);
    expect(new Set(registered).size).toBe(service.registered);
    expect(service.refusals.size).toBe(0);
  });

  test('repeats a put without an answer, and takes a row that is there then for its own', async () => {
    const { service, puts, registered } = await signUps((put) => (put === 1 ? NO_ANSWER : IS_THERE));
    expect([...puts.values()].every((times) => times === 2)).toBe(true);
    expect(registered).toHaveLength(puts.size);
    expect(service.lostAnswers).toBe(puts.size);
    expect(service.refusals.size).toBe(0);
  });

  test('says so if a row was there before, or if the engine answers with an error', async () => {
    const before = await signUps(() => IS_THERE);
    expect([...before.service.refusals.keys()][0]).toMatch(/ was there before they registered$/);
    const broken = await signUps((put) => (put === 1 ? BROKEN : undefined));
    expect([...broken.service.refusals]).toEqual([['a put was answered with InternalFailure', broken.puts.size]]);
  });

  test('lets nobody come any more when it is told to end', async () => {
    expect((await signUps(() => undefined, { isOver: true, minutes: 60 })).registered).toEqual([]);
  });

  test('lets nobody come while too many have no URI', async () => {
    expect((await signUps(() => undefined, { waiting: 1500 })).registered).toEqual([]);
  });
});
