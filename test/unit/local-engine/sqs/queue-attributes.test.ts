import { describe, expect, test } from '@jest/globals';
import {
  checkIsStandard,
  checkQueueAttributes,
  checkQueueName,
  differingAttribute,
  policyOf,
  withAttributes,
} from '../../../../packages/local-engine/sqs/queue-attributes.ts';

const ARN = 'arn:aws:sqs:ap-northeast-1:111122223333:dlq';
const POLICY = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' }] };
const redrive = (policy: object) => JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 3, ...policy });

describe('names', () => {
  test.each(['a', 'pipeline-events-1', 'With_UNDERSCORES', 'x'.repeat(80)])('%s is one', (name) => {
    expect(() => checkQueueName(name)).not.toThrow();
  });

  test.each([
    { name: undefined, code: 'MissingRequiredParameterException' },
    { name: '', code: 'MissingRequiredParameterException' },
    { name: 'a b', code: 'InvalidParameterValueException' },
    { name: 'x'.repeat(81), code: 'InvalidParameterValueException' },
    { name: '김', code: 'InvalidParameterValueException' },
    { name: { a: 1 }, code: 'InvalidParameterValueException' },
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
    { attributes: { FifoQueue: 'true' }, code: 'InvalidAttributeName', message: /^Unknown Attribute FifoQueue\.$/ },
    { attributes: { DelaySeconds: '' }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    { attributes: { DelaySeconds: ' 5' }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    { attributes: { DelaySeconds: '1e2' }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    { attributes: { DelaySeconds: null }, code: 'InvalidAttributeValue', message: /DelaySeconds/ },
    { attributes: { MaximumMessageSize: '1048577' }, code: 'InvalidAttributeValue', message: /1024 to 1048576/ },
    { attributes: { SqsManagedSseEnabled: 'yes' }, code: 'InvalidAttributeValue', message: /true or false/ },
    {
      attributes: { KmsMasterKeyId: 'key', SqsManagedSseEnabled: 'true' },
      code: 'InvalidAttributeName',
      message: /^You can use one type of server-side encryption \(SSE\) at one time\./,
    },
    {
      attributes: { RedriveAllowPolicy: '{"redrivePermission":"allowSome"}' },
      code: 'InvalidParameterValueException',
      message: /allowAll, denyAll or byQueue/,
    },
    { attributes: { Policy: '{}' }, code: 'InvalidAttributeValue', message: /Policy/ },
    { attributes: { RedrivePolicy: '[]' }, code: 'InvalidParameterValueException', message: /deadLetterTargetArn/ },
  ])('$attributes are refused', ({ attributes, code, message }) => {
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) });
    expect(() => checkQueueAttributes(attributes)).toThrow(error);
  });
});

describe('a queue once attributes were set', () => {
  const queue = { DelaySeconds: '0', SqsManagedSseEnabled: 'true', RedrivePolicy: redrive({}) };

  test.each<{ set: Record<string, string>; has: Record<string, string> }>([
    { set: {}, has: queue },
    { set: { DelaySeconds: '5' }, has: { ...queue, DelaySeconds: '5' } },
    { set: { RedrivePolicy: '' }, has: { DelaySeconds: '0', SqsManagedSseEnabled: 'true' } },
    {
      set: { KmsMasterKeyId: 'key' },
      has: { ...queue, KmsMasterKeyId: 'key', KmsDataKeyReusePeriodSeconds: '300', SqsManagedSseEnabled: 'false' },
    },
    {
      set: { KmsMasterKeyId: 'key', KmsDataKeyReusePeriodSeconds: '6000', SqsManagedSseEnabled: 'false' },
      has: { ...queue, KmsMasterKeyId: 'key', KmsDataKeyReusePeriodSeconds: '6000', SqsManagedSseEnabled: 'false' },
    },
  ])('given $set, it has $has', ({ set, has }) => {
    expect(withAttributes(queue, set)).toEqual(has);
  });

  test('given a key, and then SQS’s own encryption, the key is gone', () => {
    const encrypted = withAttributes(queue, { KmsMasterKeyId: 'key' });
    expect(withAttributes(encrypted, { SqsManagedSseEnabled: 'true' })).not.toHaveProperty('KmsMasterKeyId');
  });
});

test.each([{ FifoQueue: 'true' }, { ContentBasedDeduplication: 'true' }])(
  'given %p, a new queue is refused',
  (attributes) => {
    const error = { code: 'UnsupportedOperation', message: expect.stringMatching(/FIFO/) };
    expect(() => checkIsStandard(attributes)).toThrow(expect.objectContaining(error));
  },
);

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
