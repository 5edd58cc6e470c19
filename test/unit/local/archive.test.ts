import { describe, expect, test } from '@jest/globals';
import { Archive, type ArchiveProps } from '../../../local/archive.ts';
import { type BusEvent, toBusEvent } from '../../../local/bus-event.ts';
import { compileEventPattern } from '../../../local/event-pattern.ts';
import { BUS_ARN, ENTRY, makeEventBridge } from './support/event-bridge.ts';
import { ACCOUNT, entriesOf, makeParts } from './support/parts.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const ARCHIVE_ARN = 'arn:aws:events:ap-northeast-1:111122223333:archive/all';

function archiveOf(more: Partial<ArchiveProps> = {}) {
  const { clock } = makeParts();
  const props = { name: 'all', arn: ARCHIVE_ARN, busArn: BUS_ARN, retentionDays: 0, clock, ...more };
  const archive = new Archive(props);
  const offer = (change: Partial<BusEvent> = {}) => {
    const event = { ...toBusEvent(ENTRY, ACCOUNT, clock.now()), ...change };
    return archive.offer(event, JSON.stringify(event));
  };
  return { archive, clock, offer };
}

describe('what an archive keeps', () => {
  test('given an event, it keeps it as it came, and counts it', () => {
    const { archive, clock } = archiveOf();
    const event = toBusEvent(ENTRY, ACCOUNT, clock.now());
    const body = JSON.stringify({ ...event, 'detail-type': '이벤트' });
    expect(archive.offer(event, body)).toBe(true);
    expect(archive.events).toEqual([{ time: Date.parse(event.time), archivedAt: expect.any(Number), body }]);
    expect(archive.sizeBytes).toBe(Buffer.byteLength(body));
  });

  test.each([
    { source: 'users-table', kept: true },
    { source: 'bucket-service', kept: false },
  ])('given a pattern, that it keeps an event of $source is $kept', ({ source, kept }) => {
    const { archive, offer } = archiveOf({ matches: compileEventPattern({ source: ['users-table'] }) });
    expect(offer({ source })).toBe(kept);
    expect(archive.events).toHaveLength(kept ? 1 : 0);
  });

  test('given a replayed event, it never keeps it', () => {
    const { archive, offer } = archiveOf({ matches: compileEventPattern({ source: ['users-table'] }) });
    expect(offer({ 'replay-name': 'after-the-bug' })).toBe(false);
    expect(archive.events).toEqual([]);
  });
});

describe('how long it keeps it', () => {
  test('given a retention of one day, an event is gone after that and a later one is still there', () => {
    const { archive, clock, offer } = archiveOf({ retentionDays: 1 });
    offer();
    const size = archive.sizeBytes;
    clock.skip(DAY_MS / 2);
    offer();
    expect(archive.sizeBytes).toBe(2 * size);
    clock.skip(DAY_MS / 2 + 2000);
    expect(archive.events).toHaveLength(1);
    expect(archive.sizeBytes).toBe(size);
    clock.skip(DAY_MS);
    expect(archive.events).toEqual([]);
  });

  test('given no retention, it keeps events for ever', () => {
    const { archive, clock, offer } = archiveOf({ retentionDays: 0 });
    offer();
    clock.skip(10_000 * DAY_MS);
    expect(archive.events).toHaveLength(1);
  });
});

describe('an archive on a bus', () => {
  test('given events that were put, it keeps those of its own bus, and the journal says so', () => {
    const { events, clock, ...parts } = makeEventBridge();
    const archive = events.addArchive({ name: 'all', arn: ARCHIVE_ARN, busArn: BUS_ARN, retentionDays: 0, clock });
    const [first] = events.putEvents([
      ENTRY,
      { ...ENTRY, EventBusName: 'default' },
      { ...ENTRY, Detail: '[]' },
    ]).Entries;
    expect(archive.events.map(({ body }) => JSON.parse(body).id)).toEqual([first?.EventId]);
    expect(entriesOf(parts, 'archived')).toMatchObject([{ archive: 'all', eventId: first?.EventId }]);
  });

  test('given an archive, it is listed and described with what it holds', async () => {
    const { events, clock } = makeEventBridge();
    const archive = events.addArchive({ name: 'all', arn: ARCHIVE_ARN, busArn: BUS_ARN, retentionDays: 7, clock });
    events.putEvents([ENTRY]);
    const description = {
      ArchiveName: 'all',
      EventSourceArn: BUS_ARN,
      State: 'ENABLED',
      RetentionDays: 7,
      EventCount: 1,
      SizeBytes: archive.sizeBytes,
    };
    await expect(events.handle('ListArchives', {})).resolves.toEqual({ Archives: [description] });
    await expect(events.handle('DescribeArchive', { ArchiveName: 'all' })).resolves.toEqual({
      ArchiveArn: ARCHIVE_ARN,
      ...description,
    });
  });
});

test('given an event of the future, older ones expire all the same', () => {
  const { archive, clock, offer } = archiveOf({ retentionDays: 1 });
  offer({ time: '2999-01-01T00:00:00Z' });
  offer();
  clock.skip(2 * DAY_MS);
  expect(archive.events).toEqual([]);
});
