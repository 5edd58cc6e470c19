import { describe, expect, test } from '@jest/globals';
import { subscriberId } from '../../../../cdk/subscriber-name.ts';
import {
  chooseSubscribers,
  findSubscribers,
  queueName,
  ruleOfArn,
  subscriberName,
} from '../../../../operations/deployed/subscribers.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

const ARN = 'arn:aws:events:eu-west-1:123456789012:rule';

/** The outputs that the stack has for subscribers of these ids, and others. */
function stackOf(...ids: string[]) {
  const outputs = ids.flatMap((id) => [
    [`${id}QueueUrl`, `https://sqs/${id}Queue`],
    [`${id}DlqUrl`, `https://sqs/${id}Dlq`],
    [`${id}RuleArn`, `${ARN}/bus/${id}Rule`],
  ]);
  return {
    name: 'mine',
    outputs: { PipeDlqUrl: 'https://sqs/pipe', EventBusArn: 'bus', ...Object.fromEntries(outputs) },
  };
}

describe('the subscribers of a stack', () => {
  test('are found by its outputs, in the order of their names', () => {
    expect(findSubscribers(stackOf('UriRecorder', 'Audit')).map(({ name }) => name)).toEqual(['audit', 'uri-recorder']);
    expect(findSubscribers(stackOf('A', 'C', 'B', 'D')).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(findSubscribers(stackOf('UriRecorder'))).toEqual([
      {
        name: 'uri-recorder',
        id: 'UriRecorder',
        queueUrl: 'https://sqs/UriRecorderQueue',
        dlqUrl: 'https://sqs/UriRecorderDlq',
        ruleArn: `${ARN}/bus/UriRecorderRule`,
      },
    ]);
    expect(findSubscribers(stackOf())).toEqual([]);
  });

  test('without all their outputs are of a stack that is not this project’s', () => {
    const stack = { name: 'other', outputs: { NightlyRuleArn: `${ARN}/nightly` } };
    expect(() => findSubscribers(stack)).toThrow(CommandFailure);
    expect(() => findSubscribers(stack)).toThrow(/^the stack other has no output NightlyQueueUrl/);
  });

  test('are chosen by name, in the order that they were asked for, each once', () => {
    const chosen = chooseSubscribers(stackOf('A', 'B', 'C'), ['c', 'a', 'c']);
    expect(chosen.map(({ name }) => name)).toEqual(['c', 'a']);
    expect(chooseSubscribers(stackOf('A'), [])).toEqual([]);
  });

  test.each([
    [stackOf('UriRecorder', 'Audit'), 'no subscriber is named uri_recorder; there are audit, uri-recorder'],
    [stackOf(), 'no subscriber is named uri_recorder; there is none'],
  ])('of no such name are refused with those that there are', (stack, message) => {
    const choose = () => chooseSubscribers(stack, ['uri_recorder']);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(message);
  });
});

test.each(['audit', 'uri-recorder', 'a-b-c', 's3-sync', 'mail2-all', 'x'])(
  'the name %s is found again from the id that the stack gives it',
  (name) => {
    expect(subscriberName(subscriberId(name))).toBe(name);
  },
);

test('a queue has the last part of its URL as its name', () => {
  expect(queueName('https://sqs.eu-west-1.amazonaws.com/123456789012/orders')).toBe('orders');
});

test.each([
  [`${ARN}/my-bus/my-rule`, { bus: 'my-bus', name: 'my-rule' }],
  [`${ARN}/my-rule`, { bus: 'default', name: 'my-rule' }],
])('%s is read', (arn, rule) => {
  expect(ruleOfArn(arn)).toEqual(rule);
});
