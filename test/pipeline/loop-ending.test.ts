import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isChange, isEvent, Pipeline } from '../support/pipeline.ts';

describe('only a new row is a registration', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  /** Registers another user: what was written before it has been filtered by the time that it is recorded. */
  const settle = async (userId: string) => {
    await pipeline.register(userId);
    await pipeline.recorded(userId);
  };
  const registrationsOf = (userId: string) =>
    pipeline.entries((entry) => isEvent(entry, 'UserRegistered') && userIdOf(entry.detail) === userId);

  test("the recorder's own write makes no event", async () => {
    await pipeline.register('looper');
    await pipeline.recorded('looper');
    await settle('after-looper');

    const [change] = pipeline.entries((entry) => isChange(entry, 'MODIFY', 'looper'));
    const [decision] = pipeline.entries(({ hop, eventId }) => hop === 'pipe-filter' && eventId === change?.eventId);
    expect(decision).toMatchObject({ eventName: 'MODIFY', passed: false });
    expect(registrationsOf('looper')).toHaveLength(1);
  });

  test('overwriting a row makes no event, and no second bucket', async () => {
    await pipeline.register('overwritten');
    const { s3_bucket_uri } = await pipeline.recorded('overwritten');
    const buckets = await pipeline.buckets();

    await pipeline.register('overwritten', { attributes: { plan: { S: 'gold' } } });
    await settle('after-overwritten');

    expect(registrationsOf('overwritten')).toHaveLength(1);
    const madeFor = (names: string[]) => names.filter((name) => name.startsWith('siuoverwritten-'));
    expect(madeFor(await pipeline.buckets())).toEqual(madeFor(buckets));
    expect(madeFor(buckets)).toEqual([s3_bucket_uri?.S?.replace('s3://', '')]);
  });

  test('a write that changes nothing makes no stream record', async () => {
    await pipeline.register('unchanged', { attributes: { tags: { SS: ['a', 'b'] } as never } });
    await pipeline.recorded('unchanged');
    const recordsOf = () =>
      pipeline.entries(({ hop, keys }) => hop === 'stream-record' && userIdOf({ data: flat(keys) }) === 'unchanged');
    const before = recordsOf().length;

    const row = await pipeline.row('unchanged');
    await pipeline.dynamodb.send(new PutItemCommand({ TableName: pipeline.table, Item: row as never }));
    await pipeline.dynamodb.send(
      new PutItemCommand({ TableName: pipeline.table, Item: { ...row, tags: { SS: ['b', 'a'] } } as never }),
    );
    await pipeline.setAttribute('unchanged', 's3_bucket_uri', row?.s3_bucket_uri?.S ?? '');
    await settle('after-unchanged');

    expect(before).toBe(2);
    expect(recordsOf()).toHaveLength(before);
  });

  test('a row that is deleted and written anew is a registration of its own', async () => {
    await pipeline.register('returning');
    const first = await pipeline.recorded('returning');
    await pipeline.engine.services.dynamodb.handle('DeleteItem', {
      TableName: pipeline.table,
      Key: { userId: { S: 'returning' } },
    });
    pipeline.clock.skip(2000);
    await pipeline.register('returning');
    await pipeline.waitFor('the second URI', (entry) => isChange(entry, 'MODIFY', 'returning'), 2);

    const second = await pipeline.row('returning');
    expect(registrationsOf('returning')).toHaveLength(2);
    expect(second?.s3_bucket_uri?.S).not.toBe(first.s3_bucket_uri?.S);
  });
});

function userIdOf(detail: unknown): unknown {
  return (detail as { data?: { userId?: unknown } }).data?.userId;
}

function flat(keys: unknown): { userId: unknown } {
  return { userId: (keys as { userId: { S: string } }).userId.S };
}
