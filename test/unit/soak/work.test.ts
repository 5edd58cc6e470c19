import { expect, test } from '@jest/globals';
import type { Incident } from '../../soak/load/plan.ts';
import { bringAbout, Work } from '../../soak/load/work.ts';

const BEGUN = 0;
const lost = (at: number): Incident => ({ at, kind: 'uris-lost', users: 1 });
const AN_HOUR = 3600;

test('an error before anybody waits for its work is kept, and has a handler', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    const work = new Work();
    const watching = work.do('watching', () => Promise.reject(new Error('no such table')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    expect(work.failures).toEqual(['watching failed: no such table']);
    expect(work.hasFailed.aborted).toBe(true);
    await watching;
  } finally {
    process.off('unhandledRejection', note);
  }
});

test('an incident that fails while another is waited for is kept, and those to come are left out', async () => {
  const work = new Work();
  const brought: number[] = [];
  const bring = async ({ at }: Incident) => {
    brought.push(at);
    throw new Error(`no answer ${at}`);
  };
  const soon = (performance.now() - BEGUN) / 1000;
  await bringAbout({ incidents: [lost(soon), lost(soon + AN_HOUR)] }, { bring }, { begun: BEGUN, work });
  expect(brought).toEqual([soon]);
  expect(work.failures).toEqual([`the incident uris-lost failed: no answer ${soon}`]);
});

test('incidents that begin while others are under way are waited for, and each error is kept', async () => {
  const work = new Work();
  const { promise: isLate, reject } = Promise.withResolvers<void>();
  const bring = async ({ at }: Incident) => {
    if (at === 0) return isLate;
    reject(new Error('late'));
    throw new Error('early');
  };
  await bringAbout({ incidents: [lost(0), lost(0.001)] }, { bring }, { begun: performance.now(), work });
  expect([...work.failures].sort()).toEqual([
    'the incident uris-lost failed: early',
    'the incident uris-lost failed: late',
  ]);
});

test('where nothing fails, each incident is brought about', async () => {
  const work = new Work();
  const brought: number[] = [];
  const bring = async ({ at }: Incident) => void brought.push(at);
  await bringAbout({ incidents: [lost(0), lost(0.01)] }, { bring }, { begun: performance.now(), work });
  expect(brought).toEqual([0, 0.01]);
  expect(work.failures).toEqual([]);
});
