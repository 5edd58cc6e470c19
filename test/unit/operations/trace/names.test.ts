import { expect, test } from '@jest/globals';
import { namesOf } from '../../../../operations/trace/names.ts';
import { FUNCTIONS, STACK } from './journal-entries.ts';

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
