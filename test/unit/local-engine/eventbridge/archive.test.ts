import { describe, expect, test } from '@jest/globals';
import { Archive, type ArchiveProps, lastSequence } from '../../../../packages/local-engine/eventbridge/archive.ts';
import { type BusEvent, toBusEvent } from '../../../../packages/local-engine/eventbridge/put-events.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { allPages } from '../../../support/pages.ts';
import { ARCHIVE, ENTRY, makeEventBridge } from '../support/event-bridge.ts';
import { ACCOUNT, entriesOf, makeParts } from '../support/parts.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function archiveOf(more: Partial<ArchiveProps> = {}, storage = new Storage()) {
  const { clock } = makeParts();
  const archive = new Archive({ ...ARCHIVE, ...more }, storage, clock);
  const offer = (change: Partial<BusEvent> = {}) => {
    const event = { ...toBusEvent(ENTRY, ACCOUNT, clock.now()), ...change };
    return archive.offer(event, JSON.stringify(event));
  };
  return { archive, storage, clock, offer, kept: () => archive.page({}, 1000) };
}

describe('what an archive keeps', () => {
  test('given an event, it keeps it as it came, and counts it', () => {
    const { archive, clock, kept } = archiveOf();
    const event = toBusEvent(ENTRY, ACCOUNT, clock.now());
    const body = JSON.stringify({ ...event, 'detail-type': '이벤트' });
    expect(archive.offer(event, body)).toBe(true);
    expect(kept()).toMatchObject([{ time: Date.parse(event.time), body }]);
    expect(archive.totals).toMatchObject({ events: 1, bytes: Buffer.byteLength(body) });
  });

  test.each([
    { source: 'users-table', kept: true },
    { source: 'bucket-service', kept: false },
  ])('given a pattern, that it keeps an event of $source is $kept', ({ source, kept }) => {
    const { archive, offer } = archiveOf({ pattern: { source: ['users-table'] } });
    expect(offer({ source })).toBe(kept);
    expect(archive.totals.events).toBe(kept ? 1 : 0);
  });

  test('given a replayed event, it never keeps it', () => {
    const { archive, offer } = archiveOf();
    expect(offer({ 'replay-name': 'after-the-bug' })).toBe(false);
    expect(archive.totals.events).toBe(0);
  });

  test('given two archives, each has its own events', () => {
    const { archive, storage, clock, offer } = archiveOf();
    const other = new Archive({ ...ARCHIVE, name: 'other' }, storage, clock);
    offer();
    expect(archive.totals.events).toBe(1);
    expect(other.totals.events).toBe(0);
    expect(other.page({}, 10)).toEqual([]);
  });
});

describe('how long it keeps it', () => {
  test('given a retention of one day, an event is gone after that and a later one is still there', () => {
    const { archive, clock, offer, kept } = archiveOf({ retentionDays: 1 });
    offer();
    const { bytes } = archive.totals;
    clock.skip(DAY_MS / 2);
    offer();
    expect(archive.totals).toMatchObject({ events: 2, bytes: 2 * bytes });
    clock.skip(DAY_MS / 2 + 2000);
    expect(kept()).toHaveLength(1);
    expect(archive.totals).toMatchObject({ events: 1, bytes });
    clock.skip(DAY_MS);
    expect(kept()).toEqual([]);
    expect(archive.totals).toMatchObject({ events: 0, bytes: 0 });
  });

  test('given no retention, it keeps events for ever', () => {
    const { archive, clock, offer } = archiveOf({ retentionDays: 0 });
    offer();
    clock.skip(10_000 * DAY_MS);
    expect(archive.totals.events).toBe(1);
  });

  test('given an event of the future, older ones expire all the same', () => {
    const { clock, offer, kept } = archiveOf({ retentionDays: 1 });
    offer({ time: '2999-01-01T00:00:00Z' });
    offer();
    clock.skip(2 * DAY_MS);
    expect(kept()).toEqual([]);
  });

  test('given a new engine on the same storage, events are still there, and expire when they are due', () => {
    const storage = new Storage();
    const before = archiveOf({ retentionDays: 1 }, storage);
    before.offer();
    const after = archiveOf({ retentionDays: 1 }, storage);
    expect(after.archive.totals).toEqual(before.archive.totals);
    after.clock.skip(DAY_MS + 2000);
    expect(after.archive.totals.events).toBe(0);
  });
});

describe('in which order it gives events back', () => {
  const AT = (time: string) => Date.parse(`2026-11-22T${time}Z`);

  function archiveWith(...times: readonly string[]) {
    const made = archiveOf({ retentionDays: 1 });
    for (const time of times) made.offer({ id: time, time: `2026-11-22T${time}Z` });
    const ids = (page: readonly { body: string }[]) => page.map(({ body }) => JSON.parse(body).id);
    return { ...made, ids };
  }

  test('given events of several minutes, minute by minute, and inside a minute as they arrived', () => {
    const { kept, ids } = archiveWith('10:05:00', '10:04:59', '10:03:00', '10:04:01', '10:05:59', '10:05:30');
    expect(ids(kept())).toEqual(['10:03:00', '10:04:59', '10:04:01', '10:05:00', '10:05:59', '10:05:30']);
  });

  test('given a window, the events from its start to before its end', () => {
    const { archive, ids } = archiveWith('10:03:59', '10:04:00', '10:04:30', '10:05:00', '10:05:01');
    const window = { from: AT('10:04:00'), to: AT('10:05:00') };
    expect(ids(archive.page(window, 10))).toEqual(['10:04:00', '10:04:30']);
    expect(ids(archive.page({ from: AT('10:04:00') + 1 }, 10))).toEqual(['10:04:30', '10:05:00', '10:05:01']);
  });

  test('given pages of any size, together they hold every event once', () => {
    const times = ['10:05:00', '10:03:01', '10:03:02', '10:03:00', '10:04:00', '10:05:01', '10:03:03'];
    const { archive, kept, ids } = archiveWith(...times);
    for (const size of [1, 2, 3, 6, 7]) {
      type Kept = ReturnType<typeof archive.page>[number];
      const pages = allPages(
        (after: Kept | undefined) => archive.page(after === undefined ? {} : { after }, size),
        (page) => page.at(-1),
      );
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(size);
      expect(pages.flatMap((page) => ids(page))).toEqual(ids(kept()));
    }
  });

  test('given a moment of arrival, later arrivals are left out, also when older ones were removed before', () => {
    const { archive, storage, clock, offer, kept, ids } = archiveWith('10:04:00', '10:03:00');
    const upTo = lastSequence(storage);
    clock.skip(DAY_MS + 1);
    expect(kept()).toEqual([]);
    offer({ id: 'late' });
    expect(archive.page({ upTo }, 10)).toEqual([]);
    expect(ids(archive.page({ upTo: lastSequence(storage) }, 10))).toEqual(['late']);
  });

  test('given events from before 1970, they come first', () => {
    const { offer, kept, ids } = archiveWith('10:04:00');
    offer({ id: 'old', time: '1969-12-31T23:59:30Z' });
    expect(ids(kept())).toEqual(['old', '10:04:00']);
  });
});

describe('an archive on a bus', () => {
  test('given events that were put, it keeps those of its own bus, and the journal says so', () => {
    const { events, ...parts } = makeEventBridge();
    events.addArchive(ARCHIVE);
    const entries = [ENTRY, { ...ENTRY, EventBusName: 'default' }, { ...ENTRY, Detail: '[]' }];
    const [first] = events.putEvents(entries).Entries;
    const lines = events.archivedEvents('all', { limit: 10 }) ?? [];
    expect(lines.map(({ message }) => JSON.parse(message).id)).toEqual([first?.EventId]);
    expect(entriesOf(parts, 'archived')).toMatchObject([{ archive: 'all', eventId: first?.EventId }]);
  });

  test('given that it is removed, its events are gone, and a new one of that name begins empty', async () => {
    const { events } = makeEventBridge();
    events.addArchive(ARCHIVE);
    events.putEvents([ENTRY]);
    events.removeArchive('all');
    await expect(events.handle('ListArchives', {})).resolves.toEqual({ Archives: [] });
    events.addArchive(ARCHIVE);
    await expect(events.handle('DescribeArchive', { ArchiveName: 'all' })).resolves.toMatchObject({ EventCount: 0 });
  });
});
