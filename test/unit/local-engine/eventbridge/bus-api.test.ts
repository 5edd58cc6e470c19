import { describe, expect, test } from '@jest/globals';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ARCHIVE, BUS_ARN, ENTRY, makeEventBridge } from '../support/event-bridge.ts';

const DESCRIPTION = {
  ArchiveName: 'all',
  EventSourceArn: BUS_ARN,
  State: 'ENABLED',
  RetentionDays: 7,
  EventCount: 1,
  SizeBytes: expect.any(Number),
  CreationTime: expect.any(Number),
};

const DESCRIBED = { description: 'all that was ever said' };

function makeArchives() {
  const made = makeEventBridge();
  made.events.addArchive({ ...ARCHIVE, ...DESCRIBED, retentionDays: 7, pattern: { source: ['users-table'] } });
  made.events.putEvents([ENTRY]);
  const list = (request: object = {}) => made.events.handle('ListArchives', { ...request });
  return { ...made, list };
}

test('given an archive, it is described with what it holds', async () => {
  const { events, clock } = makeArchives();
  const described = await events.handle('DescribeArchive', { ArchiveName: 'all' });
  expect(described).toEqual({
    ArchiveArn: ARCHIVE.arn,
    Description: DESCRIBED.description,
    EventPattern: '{"source":["users-table"]}',
    ...DESCRIPTION,
  });
  const { SizeBytes, CreationTime } = described as { SizeBytes: number; CreationTime: number };
  expect(SizeBytes).toBeGreaterThan(Buffer.byteLength(ENTRY.Detail ?? ''));
  expect(Math.abs(CreationTime - clock.now() / 1000)).toBeLessThan(60);
});

test.each([
  { given: 'no filter', request: {}, found: true },
  { given: 'its prefix', request: { NamePrefix: 'al' }, found: true },
  { given: 'another prefix', request: { NamePrefix: 'b' }, found: false },
  { given: 'its state', request: { State: 'ENABLED' }, found: true },
  { given: 'another state', request: { State: 'CREATING' }, found: false },
  { given: 'its bus', request: { EventSourceArn: BUS_ARN }, found: true },
  { given: 'another bus', request: { EventSourceArn: BUS_ARN.replace('main', 'default') }, found: false },
])('given $given, that ListArchives has it is $found', async ({ request, found }) => {
  await expect(makeArchives().list(request)).resolves.toEqual({ Archives: found ? [DESCRIPTION] : [] });
});

test('given more than a page, the token leads on', async () => {
  const { events, list } = makeArchives();
  events.addArchive({ ...ARCHIVE, name: 'other' });
  const first = await list({ Limit: 1 });
  expect(first).toEqual({ Archives: [DESCRIPTION], NextToken: expect.any(String) });
  const { NextToken } = first as { NextToken: string };
  await expect(list({ Limit: 1, NextToken })).resolves.toMatchObject({ Archives: [{ ArchiveName: 'other' }] });
});

describe('what is refused', () => {
  test.each([
    { given: 'two filters', request: { NamePrefix: 'a', State: 'ENABLED' }, code: 'ValidationException' },
    { given: 'a state that is none', request: { State: 'ON' }, code: 'ValidationException' },
    {
      given: 'a bus that does not exist',
      request: { EventSourceArn: BUS_ARN.replace('main', 'none') },
      code: 'ResourceNotFoundException',
    },
    { given: 'a bus by its name', request: { EventSourceArn: 'main' }, code: 'ValidationException' },
    { given: 'an empty prefix', request: { NamePrefix: '' }, code: 'ValidationException' },
    { given: 'a prefix of 49 characters', request: { NamePrefix: 'x'.repeat(49) }, code: 'ValidationException' },
    { given: 'a Limit of 101', request: { Limit: 101 }, code: 'ValidationException' },
  ])('given $given, ListArchives answers $code', async ({ request, code }) => {
    await expect(makeArchives().list(request)).rejects.toMatchObject({ code });
  });
});

describe('DescribeArchive', () => {
  test.each([
    { given: 'one that does not exist', ArchiveName: 'none', code: 'ResourceNotFoundException' },
    { given: 'no name', ArchiveName: undefined, code: 'ValidationException' },
    { given: 'a name of 49 characters', ArchiveName: 'x'.repeat(49), code: 'ValidationException' },
  ])('given $given, it answers $code', async ({ ArchiveName, code }) => {
    await expect(makeArchives().events.handle('DescribeArchive', { ArchiveName })).rejects.toMatchObject({ code });
  });
});

describe('an archive that gets other settings', () => {
  test('keeps its events, and takes others from then on', async () => {
    const { events } = makeArchives();
    events.addArchive({ ...ARCHIVE, retentionDays: 3, pattern: { source: ['others'] } });
    events.putEvents([ENTRY, { ...ENTRY, Source: 'others' }]);
    await expect(events.handle('DescribeArchive', { ArchiveName: 'all' })).resolves.toMatchObject({
      RetentionDays: 3,
      EventCount: 2,
      EventPattern: '{"source":["others"]}',
    });
  });

  test('cannot take them from another bus', async () => {
    const { events, list } = makeArchives();
    const busArn = BUS_ARN.replace('main', 'default');
    expect(() => events.addArchive({ ...ARCHIVE, busArn })).toThrow(`is an archive of ${BUS_ARN} already`);
    await expect(list({ EventSourceArn: busArn })).resolves.toEqual({ Archives: [] });
  });
});

const HOUR_MS = 3_600_000;

function makeBuses(storage?: Storage) {
  const made = makeEventBridge(storage);
  const call = (operation: string, request: object = {}) => made.events.handle(operation, { ...request });
  return { ...made, call };
}

const namesIn = (answer: object) => (answer as { EventBuses: { Name: string }[] }).EventBuses.map(({ Name }) => Name);

describe('a bus', () => {
  test('given its name or its ARN, it is described as AWS describes it', async () => {
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
