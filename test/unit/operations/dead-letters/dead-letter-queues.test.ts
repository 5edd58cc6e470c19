import { expect, test } from '@jest/globals';
import { choiceOf, chooseDlqs } from '../../../../operations/dead-letters/dead-letter-queues.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

const STACK = {
  name: 'stack',
  outputs: {
    PipeDlqUrl: 'https://sqs/pipe-dlq',
    ...Object.fromEntries(
      ['UriRecorder', 'BucketService'].flatMap((id) => [
        [`${id}QueueUrl`, `https://sqs/${id}`],
        [`${id}DlqUrl`, `https://sqs/${id}-dlq`],
        [`${id}RuleArn`, `arn:${id}`],
      ]),
    ),
  },
};

const names = (choice: Parameters<typeof chooseDlqs>[1]) => chooseDlqs(STACK, choice).map(({ name }) => name);

test('without a choice they are all meant, the pipe first', () => {
  expect(names({})).toEqual(['pipe', 'bucket-service', 'uri-recorder']);
  expect(chooseDlqs(STACK, {}).map(({ url }) => url)).toEqual([
    'https://sqs/pipe-dlq',
    'https://sqs/BucketService-dlq',
    'https://sqs/UriRecorder-dlq',
  ]);
});

test('a subscriber, or the pipe, is meant alone', () => {
  expect(names({ subscriber: 'uri-recorder' })).toEqual(['uri-recorder']);
  expect(names({ pipe: true })).toEqual(['pipe']);
});

test('a subscriber that there is not is refused with those that there are', () => {
  expect(() => chooseDlqs(STACK, { subscriber: 'mailer' })).toThrow(UsageError);
  expect(() => chooseDlqs(STACK, { subscriber: 'mailer' })).toThrow(
    'no subscriber is named mailer; there are bucket-service, uri-recorder',
  );
  expect(() => chooseDlqs(STACK, { subscriber: 'uri-recorder', pipe: true })).toThrow(UsageError);
});

test('a stack of something else is refused', () => {
  expect(() => chooseDlqs({ name: 'other', outputs: {} }, {})).toThrow(CommandFailure);
});

test('the option for a queue is told', () => {
  expect(['pipe', 'uri-recorder'].map(choiceOf)).toEqual(['--pipe', '--subscriber uri-recorder']);
});
