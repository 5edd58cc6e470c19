import { expect, test } from '@jest/globals';
import { inOrder, type LogLine, namesOf } from '../../../../operations/trace/trace-items.ts';
import { FUNCTIONS, journal, NAMES, STACK } from './journal-entries.ts';

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

test('given lines that the journal has, they keep their place there, and those that come once more are shown once more', () => {
  const entries = journal(['batch', { at: 1 }], log('x', 2), ['invocation', { at: 2 }]);
  expect(
    order(entries, [
      [2, 'x'],
      [2, 'x'],
    ]),
  ).toEqual(['batch', 'x', 'invocation', 'x']);
});

test('given the same line of another function, both are shown', () => {
  expect(order(journal(['log', { functionName: 'uri-function', line: 'x', at: 1 }]), [[1, 'x']])).toEqual(['x', 'x']);
});

test('given a clock that was put back, entries stay in the order of the journal', () => {
  expect(order(journal(['event', { at: 5 }], ['rule', { at: 3 }]), [[4, 'a']])).toEqual(['a', 'event', 'rule']);
});

const names = namesOf(STACK, FUNCTIONS);

test.each([
  ['a queue', 'bucket-queue', { subscriber: 'bucket-service', isDlq: false }],
  ['a dead-letter queue, by its ARN', 'arn:aws:sqs:x:1:uri-dlq', { subscriber: 'uri-recorder', isDlq: true }],
  ["another team's queue", 'other-dev-DirectoryQueue972D23C7-47eead5b8f45', { subscriber: 'directory', isDlq: false }],
  [
    'a queue of the stack without outputs',
    'app-dev-DirectoryDeadLettersQueue972D-47eead5b8f45',
    { subscriber: 'directory', isDlq: true },
  ],
  ['a queue of no subscriber', 'Queue', { subscriber: 'Queue', isDlq: false }],
])('given %s, it is named after its subscriber', (_, queue, expected) => {
  expect(names.queue(queue)).toEqual(expected);
});

test('given rules and functions, they are named after their subscribers, as far as their names tell', () => {
  expect([
    names.rule('bucket-rule'),
    names.rule('app-dev-DirectoryRule972D23C7-47eead5b8f45'),
    names.rule('x'),
  ]).toEqual(['bucket-service', 'directory', 'x']);
  expect([names.function('uri-function'), names.function('app-dev-DirectoryFunction972D-47eead5b8f45')]).toEqual([
    'uri-recorder',
    'directory',
  ]);
});
