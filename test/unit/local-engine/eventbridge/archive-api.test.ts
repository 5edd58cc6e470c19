import { describe, expect, test } from '@jest/globals';
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
