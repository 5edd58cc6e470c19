import { describe, expect, test } from '@jest/globals';
import { ruleConditions, ruleConditionText } from '../../../../operations/deployed/rule-condition.ts';
import { skipsReplays, typesIn } from '../../../../operations/deployed/rule-pattern.ts';
import { findSubscribers, ownerOf, ruleOfArn, shortName } from '../../../../operations/deployed/subscribers.ts';
import { createdAt } from '../../../../operations/deployed/temporary-names.ts';
import { userRegisteredEntry } from '../../../../operations/deployed/user-events.ts';

describe('names of the local engine', () => {
  test.each([
    ['user-bucket-pipeline-dev-UriRecorderQueue972D23C7-47eead5b8f45', 'UriRecorderQueue'],
    ['http://127.0.0.1:4566/1/user-bucket-pipeline-dev-Queue972D23C7-47eead5b8f45', 'Queue'],
    ['arn:aws:sqs:eu-west-1:1:user-bucket-pipeline-dev-Queue972D23C7-47eead5b8f45', 'Queue'],
    ['other-Queue972D23C7-47eead5b8f45', 'other-Queue'],
    ['mine-user-bucket-pipeline-dev-', 'mine-user-bucket-pipeline-dev-'],
    ['user-bucket-pipeline-dev-A972D23C7-47eead5b8f45-more', 'A972D23C7-47eead5b8f45-more'],
  ])('%s is shown as %s', (name, short) => expect(shortName(name, 'user-bucket-pipeline-dev')).toBe(short));

  test.each([
    ['UriRecorderRule', 'uri-recorder'],
    ['other-UriRecorderRule', 'uri-recorder'],
    ['made-by-hand', 'made-by-hand'],
  ])('%s belongs to %s', (short, owner) => expect(ownerOf(short, 'Rule')).toBe(owner));
});

test.each([
  ['arn:aws:events:eu-west-1:1:rule/bus/name', { bus: 'bus', name: 'name' }],
  ['arn:aws:events:eu-west-1:1:rule/name', { bus: 'default', name: 'name' }],
  ['arn:aws:events:eu-west-1:1:rule/a:b/name', { bus: 'a:b', name: 'name' }],
  ['arn:aws:events:eu-west-1:1:rule', { bus: 'default', name: '' }],
])('the rule of %s is %j', (arn, rule) => expect(ruleOfArn(arn)).toEqual(rule));

test('subscribers are those with an output that ends with RuleArn', () => {
  const outputs = {
    RuleArn: 'a',
    ARuleArnOfAnother: 'b',
    UriRecorderRuleArn: 'r',
    UriRecorderQueueUrl: 'q',
    UriRecorderDlqUrl: 'd',
  };
  expect(findSubscribers({ name: 's', outputs })).toEqual([
    { name: 'uri-recorder', id: 'UriRecorder', queueUrl: 'q', dlqUrl: 'd', ruleArn: 'r' },
  ]);
});

test.each([
  ['pipeline-events-20261122T100503Z-aaaaa', Date.UTC(2026, 10, 22, 10, 5, 3)],
  ['pipeline-events-now', undefined],
  ['other', undefined],
])('the temporary name %s was made at %s', (name, at) => expect(createdAt(name)).toBe(at));

describe('a rule', () => {
  test.each([
    [{}, false],
    [{ 'replay-name': [] }, false],
    [{ 'replay-name': [{ exists: false }] }, true],
    [{ 'replay-name': [{ exists: true }] }, false],
    [{ 'replay-name': ['again'] }, false],
    [{ 'replay-name': [null] }, false],
    [{ 'replay-name': [{ exists: false }, 'again'] }, false],
  ])('with the pattern %j skips replays: %s', (pattern, skips) => expect(skipsReplays(pattern)).toBe(skips));

  test.each([
    [{ 'detail-type': ['A', 'B'] }, ['A', 'B']],
    [{ 'detail-type': ['A', { prefix: 'B' }] }, undefined],
    [{ 'detail-type': [{ prefix: 'A' }, 'B'] }, undefined],
    [{}, undefined],
  ])('with the pattern %j matches events of the types %j, or of any', (pattern, types) => {
    expect(typesIn(pattern)).toEqual(types);
  });

  test.each([
    [undefined, ''],
    ['no JSON', ''],
    [{ a: [{ numeric: 5 }] }, 'a is 5'],
    [{ a: [{ numeric: ['>', 5, '<=', 7] }] }, 'a is above 5 and at most 7'],
    [{ a: [{ 'anything-but': 'x' }] }, 'a is not x'],
    [{ a: [{ 'anything-but': null }] }, 'a is not null'],
    [{ a: [{ 'anything-but': ['x', 1] }] }, 'a is not x or 1'],
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, 'a does not begin with x'],
    [{ a: [{ 'anything-but': { later: 'x' } }] }, 'a is not {"later":"x"}'],
    [{ a: [{ 'anything-but': {} }] }, 'a is not {}'],
    [{ a: [{}] }, 'a is {}'],
    [{ detail: { data: { country: ['kr'] } } }, 'country is kr'],
    [{ detail: { more: { detail: { x: [1] } } } }, 'more.detail.x is 1'],
    [{ more: { detail: { x: [1] } } }, 'more.detail.x is 1'],
    [{ detail: { more: { data: { x: [1] } } } }, 'more.data.x is 1'],
  ])('with the pattern %j asks that %s', (pattern, text) => {
    expect(ruleConditionText(typeof pattern === 'object' ? JSON.stringify(pattern) : pattern)).toBe(text);
  });

  test('without a pattern has no conditions', () => {
    expect(ruleConditions()).toEqual([]);
  });
});

test('a registration that is published for the first time says of no repair', () => {
  const entry = userRegisteredEntry({ userId: 'alice', registeredAt: 1, eventId: 'e' }, 'bus');
  expect(JSON.parse(entry.Detail ?? '').metadata).toStrictEqual({ schemaVersion: 1, eventId: 'e', correlationId: 'e' });
});
