import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, PriorityQueue } from '../../../../packages/local-engine/sqs/priority-queue.ts';

/** Adds an item of this priority, or removes one of those that are there. */
const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.record({ remove: fc.nat() })), { maxLength: 200 });

test('given any items that come and go, also from the middle, the first is always one of the least priority', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const queue = new PriorityQueue<number>();
      const there: Entry<number>[] = [];
      for (const step of all) {
        if (typeof step === 'number') there.push(queue.add(step, step));
        else for (const entry of there.splice(step.remove % Math.max(1, there.length), 1)) queue.remove(entry);
        const priorities = there.map(({ priority }) => priority).sort((a, b) => a - b);
        expect([queue.size, queue.first?.priority, queue.sorted()]).toEqual([
          priorities.length,
          priorities[0],
          priorities,
        ]);
      }
    }),
  );
});

test('given an entry that has left before, removing it again changes nothing', () => {
  const queue = new PriorityQueue<string>();
  const gone = queue.add(1, 'gone');
  queue.add(2, 'stays');
  queue.remove(gone);
  queue.remove(gone);
  expect(queue.sorted()).toEqual(['stays']);
  queue.clear();
  queue.remove(gone);
  expect([queue.size, queue.first]).toEqual([0, undefined]);
});
