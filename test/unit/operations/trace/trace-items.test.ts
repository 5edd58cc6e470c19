import { expect, test } from '@jest/globals';
import { inOrder, type LogLine } from '../../../../operations/trace/trace-items.ts';
import { journal, NAMES } from './journal-entries.ts';

/** What there is, in short: an entry by its hop, a line by its text. */
function order(
  entries: Parameters<typeof inOrder>[0],
  lines: readonly (readonly [at: number, line: string])[],
): string[] {
  const ofBucketService = lines.map(([at, line]): LogLine => ({ at, subscriber: 'bucket-service', line }));
  return inOrder(entries, ofBucketService, NAMES).map(({ entry, line }) => entry?.hop ?? line?.line ?? '');
}

const log = (line: string, at: number) => ['log', { functionName: 'bucket-function', line, at }] as const;

test('given lines of a log, each stands behind the entries of before and of its own moment', () => {
  const entries = journal(['rule', { at: 1 }], ['batch', { at: 3 }], ['invocation', { at: 5 }]);
  expect(
    order(entries, [
      [0, 'a'],
      [3, 'b'],
      [4, 'c'],
      [9, 'd'],
    ]),
  ).toEqual(['a', 'rule', 'batch', 'b', 'c', 'invocation', 'd']);
});

test('given lines that the journal has, they keep their place there, and those that come once more are told once more', () => {
  const entries = journal(['batch', { at: 1 }], log('x', 2), ['invocation', { at: 2 }]);
  expect(
    order(entries, [
      [2, 'x'],
      [2, 'x'],
    ]),
  ).toEqual(['batch', 'x', 'invocation', 'x']);
});

test('given the same line of another function, both are told', () => {
  expect(order(journal(['log', { functionName: 'uri-function', line: 'x', at: 1 }]), [[1, 'x']])).toEqual(['x', 'x']);
});

test('given a clock that was put back, entries stay in the order of the journal', () => {
  expect(order(journal(['event', { at: 5 }], ['rule', { at: 3 }]), [[4, 'a']])).toEqual(['a', 'event', 'rule']);
});
