import { describe, expect, test } from '@jest/globals';
import { ARCHIVE, BUS_ARN, ENTRY, makeEventBridge } from './support/event-bridge.ts';

const DESCRIPTION = {
  ArchiveName: 'all',
  EventSourceArn: BUS_ARN,
  State: 'ENABLED',
  RetentionDays: 7,
  EventCount: 1,
  SizeBytes: expect.any(Number),
  CreationTime: expect.any(Number),
};

function makeArchives() {
  const made = makeEventBridge();
  made.events.addArchive({ ...ARCHIVE, retentionDays: 7, pattern: { source: ['users-table'] } });
  made.events.putEvents([ENTRY]);
  const list = (request: object = {}) => made.events.handle('ListArchives', { ...request });
  return { ...made, list };
}

test('given an archive, it is described with what it holds', async () => {
  const { events, clock } = makeArchives();
  const described = await events.handle('DescribeArchive', { ArchiveName: 'all' });
  expect(described).toEqual({ ArchiveArn: ARCHIVE.arn, EventPattern: '{"source":["users-table"]}', ...DESCRIPTION });
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
  { given: 'another bus', request: { EventSourceArn: 'default' }, found: false },
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
    { given: 'a bus that does not exist', request: { EventSourceArn: 'none' }, code: 'ResourceNotFoundException' },
  ])('given $given, ListArchives answers $code', async ({ request, code }) => {
    await expect(makeArchives().list(request)).rejects.toMatchObject({ code });
  });
});
