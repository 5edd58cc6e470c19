import { describe, expect, test } from '@jest/globals';
import { queue, type Resources, resolve, stackOf } from '../support/stack.ts';

/** The resources, and what is wrong with the last of them. Each was found by `npm run fuzz`. */
const ALARM = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, MetricName: 'm', Namespace: 'n' };
const alarm = (more: object): Resources => ({
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { ...ALARM, Period: 60, Statistic: 'Sum', Threshold: 0, ...more },
  },
});
const SUB = ['$', '{a}'].join('');
const join = (argument: unknown): Resources => ({ Queue: queue('q', { QueueName: { 'Fn::Join': argument } }) });

describe('given a property that is missing or of another type, the template is refused by the resource and the place', () => {
  test.each<[Resources, string]>([
    [alarm({ Dimensions: {} }), 'Alarm: .*#/Dimensions: expected type: JSONArray, found: JSONObject'],
    [alarm({ Dimensions: [{ Value: { toString: '' } }] }), '#/Dimensions/0/Value: expected type: String'],
    [alarm({ Threshold: { toString: '' } }), '#/Threshold: expected type: String, found: JSONObject'],
    [{ Function: { Type: 'AWS::Lambda::Function' } }, 'Function: .*#: required key \\[Code\\] not found'],
    [{ Queue: queue('q', JSON.parse('{"__proto__":{"a":0}}')) }, 'Queue has the property __proto__, which'],
    [{ Queue: queue('q', { MessageRetentionPeriod: null }) }, '#/MessageRetentionPeriod: .* found: Null'],
    [
      { Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement: [] } } } },
      'Policy: .*#: required key \\[Queues\\] not found',
    ],
    [
      { Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: 0 } } },
      '#/Targets: expected type: JSONArray, found: Num',
    ],
    [{ Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [null] } } }, '#/Targets/0: .* found: Null'],
    [{ Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: {}, Roles: {} } } }, '#/Roles: .*JSONArray'],
  ])('%j', (resources, problem) => {
    expect(() => resolve(stackOf(resources))).toThrow(new RegExp(problem));
  });
});

describe('given an intrinsic function without its arguments, the template is refused by the resource', () => {
  test.each<[Resources, string]>([
    [join(-1), 'uses Fn::Join without a list'],
    [join({}), 'uses Fn::Join without a list'],
    [join(['', [{ toString: '' }]]), 'uses Fn::Join with a value that is not a text'],
    [join(['', [{ 'Fn::Select': true }]]), 'uses Fn::Select without an index'],
    [join(['', [{ 'Fn::Select': [0, { 'Fn::Split': {} }] }]]), 'uses Fn::Split without'],
    [{ Queue: queue('q', { QueueName: { 'Fn::Sub': 1 } }) }, 'uses Fn::Sub without'],
    [{ Queue: queue('q', { QueueName: { 'Fn::Sub': [SUB, { a: { toString: '' } }] } }) }, 'Fn::Sub with a, which'],
    [{ Queue: queue('q', { QueueName: { Ref: {} } }) }, 'every Ref object must have a single String value'],
    [{ Queue: queue('q', { QueueName: { 'Fn::GetAtt': { toString: '' } } }) }, 'every Fn::GetAtt object requires two'],
    [{ Queue: queue('q', { QueueName: { 'Fn::ImportValue': {} } }) }, 'uses Fn::ImportValue without'],
    [{ Queue: queue('q', { QueueName: { 'Fn::GetStackOutput': 1 } }) }, 'uses Fn::GetStackOutput without'],
  ])('%j', (resources, problem) => {
    expect(() => resolve(stackOf(resources))).toThrow(problem);
  });
});
