import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventTimeline } from '../../../../operations/replay/event-timeline.ts';

test('counts the events up to a second and with it', () => {
  const timeline = new EventTimeline([5000, 1000, 1999, 3000]);
  expect(timeline.total).toBe(4);
  expect([0, 999, 1000, 2999, 3000, 4999, 5000, 9000].map((time) => timeline.countUpTo(time))).toEqual([
    0, 0, 2, 2, 3, 3, 4, 4,
  ]);
});

test('of no event counts none', () => {
  expect(new EventTimeline([]).total).toBe(0);
  expect(new EventTimeline([]).countUpTo(Date.now())).toBe(0);
});

test('counts as one would by hand, whatever the times', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60_000 }));
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 61_000 }), (all, time) => {
      const second = Math.floor(time / 1000);
      const byHand = all.filter((each) => Math.floor(each / 1000) <= second).length;
      expect(new EventTimeline(all).countUpTo(time)).toBe(byHand);
    }),
  );
});
