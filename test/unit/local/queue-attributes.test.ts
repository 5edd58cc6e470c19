import { describe, expect, test } from '@jest/globals';
import {
  checkQueueAttributes,
  checkQueueName,
  deadLetterTargetOf,
  differingAttribute,
  policyOf,
  redrivePolicyOf,
} from '../../../local/sqs/queue-attributes.ts';

const ARN = 'arn:aws:sqs:ap-northeast-1:111122223333:dlq';
const POLICY = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' }] };
const redrive = (policy: object) => JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 3, ...policy });

describe('names', () => {
  test.each(['a', 'pipeline-events-1', 'With_UNDERSCORES', 'x'.repeat(80)])('%s is one', (name) => {
    expect(() => checkQueueName(name)).not.toThrow();
  });

  test.each([
    { name: undefined, code: 'MissingParameter' },
    { name: '', code: 'MissingParameter' },
    { name: 'a b', code: 'InvalidParameterValue' },
    { name: 'x'.repeat(81), code: 'InvalidParameterValue' },
    { name: '김', code: 'InvalidParameterValue' },
    { name: { a: 1 }, code: 'InvalidParameterValue' },
    { name: 'orders.fifo', code: 'UnsupportedOperation' },
  ])('$name is none', ({ name, code }) => {
    expect(() => checkQueueName(name)).toThrow(expect.objectContaining({ code }));
  });
});

describe('attributes', () => {
  test.each<{ attributes: Record<string, string> }>([
    { attributes: {} },
    { attributes: { VisibilityTimeout: '0', DelaySeconds: '900', MessageRetentionPeriod: '60' } },
    { attributes: { Policy: JSON.stringify(POLICY), RedrivePolicy: redrive({}), SqsManagedSseEnabled: 'false' } },
    { attributes: { Policy: '', RedrivePolicy: '' } },
  ])('$attributes are taken', ({ attributes }) => {
    expect(() => checkQueueAttributes(attributes)).not.toThrow();
  });

  test.each<{ attributes: Record<string, unknown>; code: string; message: RegExp }>([
    { attributes: { Colour: 'red' }, code: 'InvalidAttributeName', message: /Colour/ },
    { attributes: { QueueArn: ARN }, code: 'InvalidAttributeName', message: /QueueArn/ },
    {
      attributes: { VisibilityTimeout: '43201' },
      code: 'InvalidAttributeValue',
      message: /VisibilityTimeout.*0 to 43200/,
    },
    { attributes: { DelaySeconds: '-1' }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    { attributes: { DelaySeconds: '1.5' }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    {
      attributes: { MessageRetentionPeriod: 'long' },
      code: 'InvalidAttributeValue',
      message: /MessageRetentionPeriod/,
    },
    { attributes: { KmsMasterKeyId: 5 }, code: 'InvalidAttributeValue', message: /KmsMasterKeyId/ },
    { attributes: { FifoQueue: 'true' }, code: 'UnsupportedOperation', message: /FIFO/ },
    { attributes: { Policy: '{}' }, code: 'InvalidAttributeValue', message: /Policy/ },
    { attributes: { RedrivePolicy: '[]' }, code: 'InvalidParameterValue', message: /deadLetterTargetArn/ },
  ])('$attributes are refused', ({ attributes, code, message }) => {
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) });
    expect(() => checkQueueAttributes(attributes)).toThrow(error);
  });
});

describe('policies', () => {
  test('given one, it is read', () => {
    expect(policyOf(JSON.stringify(POLICY))).toEqual(POLICY);
  });

  test.each([
    ['no JSON', 'allow all'],
    ['null', 'null'],
    ['no statements', '{"Statement":[]}'],
    ['a statement that is null', '{"Statement":[null]}'],
    ['a statement that is a text', '{"Statement":["Allow"]}'],
    ['a statement without principal', JSON.stringify({ Statement: { Effect: 'Allow', Action: '*' } })],
    ['an effect of no kind', JSON.stringify({ Statement: { Effect: 'Maybe', Principal: '*' } })],
  ])('given %s, it is none', (_given, text) => {
    expect(() => policyOf(text)).toThrow(expect.objectContaining({ code: 'InvalidAttributeValue' }));
  });

  test('given a condition that would be misjudged, it is refused', () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2026-01-01' } };
    const text = JSON.stringify({ Statement: { ...POLICY.Statement[0], Condition } });
    expect(() => policyOf(text)).toThrow(/DateLessThan/);
  });
});

describe('redrive policies', () => {
  test.each([{ maxReceiveCount: 1 }, { maxReceiveCount: '1000' }])('given %p, it is one', (policy) => {
    expect(redrivePolicyOf(redrive(policy))).toMatchObject(policy);
    expect(deadLetterTargetOf({ attributes: { RedrivePolicy: redrive(policy) } })).toBe(ARN);
  });

  test.each([
    ['no JSON', 'x', /not a valid JSON map/],
    ['null', 'null', /not a valid JSON map/],
    ['no ARN', redrive({ deadLetterTargetArn: 'dlq' }), /Invalid value for deadLetterTargetArn/],
    ['no receives', redrive({ maxReceiveCount: 0 }), /maxReceiveCount: 0, valid values are from 1 to 1000/],
    ['too many receives', redrive({ maxReceiveCount: 1001 }), /maxReceiveCount: 1001/],
    ['no count', redrive({ maxReceiveCount: undefined }), /maxReceiveCount/],
  ])('given %s, it is none', (_given, text, message) => {
    expect(() => redrivePolicyOf(text)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue', message: expect.stringMatching(message) }),
    );
  });

  test('given a queue without one, it has no dead-letter queue', () => {
    expect(deadLetterTargetOf({ attributes: {} })).toBeUndefined();
  });
});

describe('what differs between attributes', () => {
  const existing = { DelaySeconds: '0', Policy: JSON.stringify({ a: 1, b: 2 }) };

  test.each([
    { wanted: {}, differing: undefined },
    { wanted: { DelaySeconds: '0' }, differing: undefined },
    { wanted: { DelaySeconds: '1' }, differing: 'DelaySeconds' },
    { wanted: { DelaySeconds: '00' }, differing: 'DelaySeconds' },
    { wanted: { KmsMasterKeyId: 'key' }, differing: 'KmsMasterKeyId' },
    { wanted: { Policy: '{ "b": 2, "a": 1 }' }, differing: undefined },
    { wanted: { Policy: '{"a":1}' }, differing: 'Policy' },
    { wanted: { RedrivePolicy: redrive({}) }, differing: 'RedrivePolicy' },
  ])('given $wanted, it is $differing', ({ wanted, differing }) => {
    expect(differingAttribute(wanted as Record<string, string>, existing)).toBe(differing);
  });
});
