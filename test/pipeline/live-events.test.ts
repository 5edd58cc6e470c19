import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { onStack } from '../../operations/deployed/stack.ts';
import { type BusNews, followBus } from '../../operations/live-events/index.ts';
import { Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

/** Entries of events as the bus writes them. */
const writeEvents = (first: number, events: number) => {
  for (let id = first; id < first + events; id++) {
    const fields = { eventId: `event-${id}`, detailType: 'UserRegistered', source: 'users-table', detail: {} };
    pipeline.engine.journal.write('event', fields);
  }
};

/**
 * Reads, does what comes between this reading and the next one, and reads again.
 * @returns what each reading gave
 */
async function follow(...between: readonly (() => void)[]): Promise<BusNews[]> {
  const end = new AbortController();
  const left = [...between];
  // A reading without news is followed by a pause too: what comes next is done in the first pause after news.
  let hasNews = false;
  const clock = {
    now: () => 0,
    pause: async () => {
      if (!hasNews) return;
      hasNews = false;
      const next = left.shift();
      if (next === undefined) end.abort();
      else next();
    },
  };
  const found: BusNews[] = [];
  await onStack({ port: Number(pipeline.port) }, async (on) => {
    for await (const news of followBus(on, { signal: end.signal, clock })) {
      found.push(news);
      hasNews = true;
    }
  });
  return found;
}

const idsOf = ({ events }: BusNews) => events.map(({ id }) => id);

test('given more than one reading takes, the tail shows the last events, and says that others are left out', async () => {
  writeEvents(0, 1);
  const [, burst, next] = await follow(
    () => writeEvents(1, 9000),
    () => writeEvents(9001, 2),
  );
  expect(burst?.isGap).toBe(true);
  expect(burst?.events.at(-1)?.id).toBe('event-9000');
  expect(burst?.events.length).toBeGreaterThanOrEqual(100);
  expect(burst?.events.length).toBeLessThan(9000);
  expect([next?.isGap, next && idsOf(next)]).toEqual([false, ['event-9001', 'event-9002']]);
});

test('given very many other entries between two events, none is left out', async () => {
  const [, news] = await follow(() => {
    writeEvents(10_000, 1);
    for (let entry = 0; entry < 9000; entry++) pipeline.engine.journal.write('log', { line: 'x' });
    writeEvents(10_001, 1);
  });
  expect([news?.isGap, news && idsOf(news)]).toEqual([false, ['event-10000', 'event-10001']]);
});

test('given the place of an engine that was started again, even one that was ahead, begins with the last events', async () => {
  const end = new AbortController();
  const later = Date.now() + 40 * 86_400_000;
  const first = await onStack({ port: Number(pipeline.port) }, async (on) => {
    const news = followBus(on, { signal: end.signal, after: `${later}-9-${later}` });
    return (await news.next()).value as BusNews;
  });
  end.abort();
  expect([first.isAnew, idsOf(first).at(-1)]).toEqual([true, 'event-10001']);
  const again = await onStack({ port: Number(pipeline.port) }, async (on) => {
    const news = followBus(on, { signal: new AbortController().signal, after: first.place });
    writeEvents(20_000, 1);
    return (await news.next()).value as BusNews;
  });
  expect([again.isAnew, idsOf(again)]).toEqual([false, ['event-20000']]);
});
