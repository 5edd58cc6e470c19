import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeOrder } from '../../../../operations/events/read-archive.ts';
import { event, ids } from './envelopes.ts';

describe('the order of time', () => {
  test('is brought about within what is held, and the rest comes at the end', () => {
    const order = new TimeOrder();
    expect(order.add([event('c', 30), event('a', 10)])).toEqual([]);
    expect(order.add([event('b', 20)])).toEqual([]);
    expect(ids(order.rest())).toEqual(['a', 'b', 'c']);
    expect(order.rest()).toEqual([]);
  });

  test('lets go of what nothing can come before any more', () => {
    const order = new TimeOrder();
    order.add([event('b', 20), event('a', 10)]);
    expect(ids(order.add([event('z', 1000)]))).toEqual(['a', 'b']);
    expect(ids(order.rest())).toEqual(['z']);
  });

  test('keeps those of the same second as they came', () => {
    const order = new TimeOrder();
    order.add(['c', 'a', 'b'].map((id) => event(id, 5)));
    expect(ids(order.rest())).toEqual(['c', 'a', 'b']);
  });

  test('holds whenever a replay goes minute by minute, and loses nothing', () => {
    const minutes = fc.array(fc.array(fc.integer({ min: 0, max: 59 })), { maxLength: 20 });
    fc.assert(
      fc.property(minutes, (all) => {
        const order = new TimeOrder();
        const shown = all.flatMap((seconds, minute) =>
          order.add(seconds.map((second, index) => event(`${minute}.${index}`, minute * 60 + second))),
        );
        shown.push(...order.rest());
        const times = shown.map(({ time }) => time);
        expect(times).toEqual([...times].sort());
        expect(shown).toHaveLength(all.flat().length);
      }),
    );
  });
});
