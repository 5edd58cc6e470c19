import { describe, expect, test } from '@jest/globals';
import {
  messageMoveOf,
  sourceArnOfHandle,
  taskHandle,
  taskListOf,
} from '../../../../packages/local-engine/sqs/move-tasks.ts';

const SourceArn = 'arn:aws:sqs:ap-northeast-1:111122223333:dlq';

describe('a move', () => {
  test.each([
    { given: 'a source alone', request: {}, move: {} },
    { given: 'members of no value', request: { DestinationArn: null, MaxNumberOfMessagesPerSecond: null }, move: {} },
    {
      given: 'a destination and a rate',
      request: { DestinationArn: 'arn:other', MaxNumberOfMessagesPerSecond: 500 },
      move: { destinationArn: 'arn:other', messagesPerSecond: 500 },
    },
  ])('given $given, it is read', ({ request, move }) => {
    expect(messageMoveOf({ SourceArn, ...request })).toEqual({ sourceArn: SourceArn, ...move });
  });

  test.each([
    { given: 'no source', request: { SourceArn: undefined }, code: 'MissingRequiredParameterException' },
    { given: 'itself as destination', request: { DestinationArn: SourceArn }, code: 'InvalidParameterValueException' },
    { given: 'a rate of 501', request: { MaxNumberOfMessagesPerSecond: 501 }, code: 'InvalidParameterValueException' },
    { given: 'a rate of 0', request: { MaxNumberOfMessagesPerSecond: 0 }, code: 'InvalidParameterValueException' },
    {
      given: 'half a message a second',
      request: { MaxNumberOfMessagesPerSecond: 0.5 },
      code: 'InvalidParameterValueException',
    },
    {
      given: 'a rate that is no number',
      request: { MaxNumberOfMessagesPerSecond: 'fast' },
      code: 'InvalidParameterValueException',
    },
  ])('given $given, it is refused', ({ request, code }) => {
    expect(() => messageMoveOf({ SourceArn, ...request })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a list of tasks', () => {
  test.each([
    { MaxResults: undefined, limit: 1 },
    { MaxResults: 10, limit: 10 },
  ])('given MaxResults $MaxResults, it has $limit at most', ({ MaxResults, limit }) => {
    expect(taskListOf({ SourceArn, MaxResults })).toEqual({ sourceArn: SourceArn, limit });
  });

  test.each([0, 11, 1.5])('given MaxResults %p, it is refused', (MaxResults) => {
    expect(() => taskListOf({ SourceArn, MaxResults })).toThrow(/Must be between 1 and 10/);
  });
});

describe('a handle', () => {
  test('given one, it tells the queue that it is about', () => {
    expect(sourceArnOfHandle({ TaskHandle: taskHandle('id', SourceArn) })).toBe(SourceArn);
  });

  test.each([
    { TaskHandle: undefined },
    { TaskHandle: 'foobared' },
    { TaskHandle: Buffer.from('{}').toString('base64') },
    { TaskHandle: Buffer.from('null').toString('base64') },
  ])('given $TaskHandle, it is refused', (request) => {
    expect(() => sourceArnOfHandle(request)).toThrow('Value for parameter TaskHandle is invalid.');
  });
});
