import { describe, expect, test } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { BUS_ARN, makeEventBridge } from '../support/event-bridge.ts';

const HOUR_MS = 3_600_000;

function makeBuses(storage?: Storage) {
  const made = makeEventBridge(storage);
  const call = (operation: string, request: object = {}) => made.events.handle(operation, { ...request });
  return { ...made, call };
}

const namesIn = (answer: object) => (answer as { EventBuses: { Name: string }[] }).EventBuses.map(({ Name }) => Name);

describe('a bus', () => {
  test('given its name or its ARN, it is described with what AWS tells of it', async () => {
    const { call, events, clock } = makeBuses();
    events.createBus('described', 'what is new');
    const described = await call('DescribeEventBus', { Name: 'described' });
    expect(described).toEqual({
      Name: 'described',
      Arn: BUS_ARN.replace('main', 'described'),
      Description: 'what is new',
      CreationTime: expect.any(Number),
      LastModifiedTime: expect.any(Number),
    });
    const { Arn, CreationTime } = described as { Arn: string; CreationTime: number };
    expect(Math.abs(CreationTime - clock.now() / 1000)).toBeLessThan(60);
    await expect(call('DescribeEventBus', { Name: Arn })).resolves.toEqual(described);
    await expect(call('ListEventBuses', { NamePrefix: 'described' })).resolves.toEqual({ EventBuses: [described] });
  });

  test('given no name, it is the default bus', async () => {
    await expect(makeBuses().call('DescribeEventBus')).resolves.toMatchObject({ Name: 'default' });
  });

  test('given another description, it was modified then, and keeps its rules', async () => {
    const { call, events, clock } = makeBuses();
    const before = (await call('DescribeEventBus', { Name: 'main' })) as { CreationTime: number };
    clock.skip(HOUR_MS);
    events.buses.describe('main', 'new');
    const after = (await call('DescribeEventBus', { Name: 'main' })) as { LastModifiedTime: number };
    expect(after).toMatchObject({ Description: 'new', CreationTime: before.CreationTime });
    expect(after.LastModifiedTime).toBeGreaterThanOrEqual(before.CreationTime + HOUR_MS / 1000);
  });

  test('given a restart of the engine, it is as old as before, unless it was removed', async () => {
    const storage = new Storage();
    const before = makeBuses(storage);
    const described = await before.call('DescribeEventBus', { Name: 'main' });
    // As an update that is taken back does.
    before.events.buses.remove('main', { keepsStored: true });
    const after = makeBuses(storage);
    await expect(after.call('DescribeEventBus', { Name: 'main' })).resolves.toEqual(described);
    after.events.buses.remove('main');
    after.clock.skip(HOUR_MS);
    after.events.createBus('main');
    await expect(after.call('DescribeEventBus', { Name: 'main' })).resolves.not.toEqual(described);
  });
});

describe('ListEventBuses', () => {
  test('given more than a page, the token leads through all of them by name', async () => {
    const { call, events } = makeBuses();
    events.createBus('another');
    const first = await call('ListEventBuses', { Limit: 2 });
    expect(namesIn(first)).toEqual(['another', 'default']);
    const { NextToken } = first as { NextToken: string };
    const second = await call('ListEventBuses', { Limit: 2, NextToken });
    expect(namesIn(second)).toEqual(['main']);
    expect(second).not.toHaveProperty('NextToken');
  });

  test.each([
    { NamePrefix: 'ma', names: ['main'] },
    { NamePrefix: 'main', names: ['main'] },
    { NamePrefix: 'x', names: [] },
  ])('given the prefix $NamePrefix, it lists $names', async ({ NamePrefix, names }) => {
    expect(namesIn(await makeBuses().call('ListEventBuses', { NamePrefix }))).toEqual(names);
  });

  test.each([
    { NamePrefix: '' },
    { NamePrefix: 'a b' },
    { NamePrefix: 'x'.repeat(257) },
    { Limit: 0 },
    { Limit: 101 },
    { NextToken: 'next' },
  ])('given %j, it is refused', async (request) => {
    await expect(makeBuses().call('ListEventBuses', request)).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

test.each([
  { Name: 'nowhere', code: 'ResourceNotFoundException' },
  { Name: BUS_ARN.replace('111122223333', '999999999999'), code: 'ResourceNotFoundException' },
  { Name: 'a b', code: 'ValidationException' },
])('given the bus $Name, DescribeEventBus answers $code', async ({ Name, code }) => {
  await expect(makeBuses().call('DescribeEventBus', { Name })).rejects.toMatchObject({ code, status: 400 });
});

test.each(['CreateEventBus', 'DeleteEventBus', 'PutPermission', 'UpdateArchive', 'TagResource'])(
  'given %s, which is not here, it is refused by name',
  async (operation) => {
    const failure = { code: 'UnknownOperationException', message: expect.stringContaining(`events:${operation}`) };
    await expect(makeBuses().call(operation, { Name: 'x' })).rejects.toMatchObject(failure);
  },
);
