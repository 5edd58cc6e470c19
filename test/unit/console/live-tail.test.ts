import { expect, test } from '@jest/globals';
import { LiveTail } from '../../../console/server/events/live-tail.ts';

const event = (id: number) => ({ id: String(id), at: 0, type: 'T', source: 's', detail: {} });
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

function watcher(tail: LiveTail, after?: string) {
  const stop = new AbortController();
  const news = tail.follow(after, stop.signal);
  const next = async () => (await news.next()).value ?? undefined;
  return {
    next,
    ids: async () => (await next())?.events.map(({ id }: { readonly id: string }) => id),
    end: () => stop.abort(),
    news,
  };
}

test('a page gets what is kept, then what comes; one that connects again continues where it was', async () => {
  const tail = new LiveTail();
  tail.add(events(1, 2));
  const page = watcher(tail);
  const first = await page.next();
  expect(first).toMatchObject({ isGap: false, verdicts: [], place: '2' });
  expect(first?.events).toHaveLength(2);
  const coming = page.ids();
  tail.add([]);
  tail.add(events(3, 3));
  expect(await coming).toEqual(['3']);
  expect(await watcher(tail, '2').ids()).toEqual(['3']);
  // A place of an earlier console.
  expect(await watcher(tail, '900').ids()).toEqual([]);
});

test('only the last events are kept, and a page that missed some is told so', async () => {
  const tail = new LiveTail();
  tail.add(events(1, 5001));
  tail.add(events(5002, 5003));
  const { events: kept, isGap } = (await watcher(tail, '1').next()) ?? { events: [], isGap: false };
  expect([kept.length, kept[0]?.id, isGap]).toEqual([5000, '4', true]);
  expect(await watcher(tail).next()).toMatchObject({ isGap: false });
});

test('it knows for how long no page has shown it', async () => {
  let now = 1000;
  const tail = new LiveTail({ now: () => now, pause: async () => {} });
  now = 4000;
  expect(tail.unwatchedMs).toBe(3000);
  tail.begin();
  expect(tail.unwatchedMs).toBe(0);
  const page = watcher(tail);
  await page.next();
  now = 9000;
  expect(tail.unwatchedMs).toBe(0);
  const rest = page.news.next();
  page.end();
  expect((await rest).done).toBe(true);
  now = 9500;
  expect(tail.unwatchedMs).toBe(500);
});
