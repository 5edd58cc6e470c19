import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../../../operations/dead-letters/dead-letter.ts';
import { chooseDlqs, MessageSummary } from '../../../../operations/dead-letters/scan.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { deliveryFailure, foreignMessage, handlerFailure, pipeFailure } from './fake-queue.ts';

function summaryOf(...deadLetters: DeadLetter[]): MessageSummary {
  const summary = new MessageSummary();
  for (const deadLetter of deadLetters) summary.add(deadLetter);
  return summary;
}

const MIXED = summaryOf(
  handlerFailure('a'),
  handlerFailure('b'),
  deliveryFailure('c'),
  deliveryFailure('d'),
  deliveryFailure('e', 'NO_PERMISSIONS'),
  foreignMessage('f'),
);

describe('a summary', () => {
  test('counts kinds and reasons, and remembers users and messages', () => {
    expect(MIXED.size).toBe(6);
    expect(MIXED.kinds).toEqual({ pipe: 0, handler: 2, delivery: 3, foreign: 1 });
    expect([...MIXED.reasons]).toEqual([
      [
        'delivery',
        new Map([
          ['NO_RESOURCE', 2],
          ['NO_PERMISSIONS', 1],
        ]),
      ],
      ['foreign', new Map([['not JSON', 1]])],
    ]);
    expect(MIXED.users).toEqual(['user-a', 'user-b', 'user-c', 'user-d', 'user-e']);
    expect(MIXED.has('a')).toBe(true);
    expect(MIXED.has('x')).toBe(false);
    expect(MIXED.oldestSentAt).toBe(Date.parse('2026-11-22T09:00:00Z'));
  });

  test('knows when the oldest was sent, in whatever order they come, and passes over those that do not say', () => {
    const sent = (sentAt?: number): DeadLetter => ({
      ...foreignMessage(String(sentAt)),
      ...(sentAt !== undefined && { sentAt }),
    });
    const { sentAt: _, ...silent } = foreignMessage('silent');
    expect(summaryOf(sent(2000), sent(1000), silent, sent(3000)).oldestSentAt).toBe(1000);
    expect(summaryOf(silent).oldestSentAt).toBeUndefined();
  });

  test('counts what the stream has of the messages that it was asked about', () => {
    const summary = new MessageSummary();
    const registrations = [{ userId: 'alice', registeredAt: 1, eventId: 'e', sequenceNumber: '1' }];
    summary.add(pipeFailure('a'), { registrations, others: 2 });
    summary.add(pipeFailure('b'), { registrations: [], others: 0, lost: 'gone' });
    summary.add(pipeFailure('c'));
    expect(summary.records).toEqual({ messages: 2, registrations: 1, others: 2, lost: 1 });
    expect(summary.users).toEqual(['alice']);
  });
});

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
