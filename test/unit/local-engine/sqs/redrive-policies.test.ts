import { describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import {
  deadLetterTargetOf,
  redriveAllowPolicyOf,
  redrivePolicyOf,
  redriveRefusal,
} from '../../../../packages/local-engine/sqs/queue-attributes.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { makeQueues, queueArn, queueProps } from '../support/queues.ts';
import { makeStacks, type Resources } from '../support/stack.ts';

const ARN = 'arn:aws:sqs:ap-northeast-1:111122223333:dlq';
const redrive = (policy: object) => JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount: 3, ...policy });

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
      expect.objectContaining({ code: 'InvalidParameterValueException', message: expect.stringMatching(message) }),
    );
  });

  test('given a queue without one, it has no dead-letter queue', () => {
    expect(deadLetterTargetOf({ attributes: {} })).toBeUndefined();
  });
});

describe('redrive allow policies', () => {
  const text = (policy: object) => JSON.stringify(policy);

  test.each([
    { redrivePermission: 'allowAll' },
    { redrivePermission: 'denyAll' },
    { redrivePermission: 'byQueue', sourceQueueArns: [ARN] },
    { redrivePermission: 'byQueue', sourceQueueArns: Array(10).fill(ARN) },
  ])('given %p, it is one', (policy) => {
    expect(redriveAllowPolicyOf(text(policy))).toEqual(policy);
  });

  test.each([
    ['no JSON', 'x'],
    ['null', 'null'],
    ['no permission', '{}'],
    ['an unknown permission', text({ redrivePermission: 'allowSome' })],
    ['byQueue without queues', text({ redrivePermission: 'byQueue' })],
    ['byQueue with an empty list', text({ redrivePermission: 'byQueue', sourceQueueArns: [] })],
    ['byQueue with a text', text({ redrivePermission: 'byQueue', sourceQueueArns: ARN })],
    ['too many queues', text({ redrivePermission: 'byQueue', sourceQueueArns: Array(11).fill(ARN) })],
    ['queues with another permission', text({ redrivePermission: 'denyAll', sourceQueueArns: [ARN] })],
  ])('given %s, it is none', (_given, policy) => {
    const error = { code: 'InvalidParameterValueException', message: expect.stringContaining('RedriveAllowPolicy') };
    expect(() => redriveAllowPolicyOf(policy)).toThrow(expect.objectContaining(error));
  });
});

describe('what a dead-letter queue allows', () => {
  const SOURCE = 'arn:aws:sqs:ap-northeast-1:111122223333:users';
  const refusal = (RedriveAllowPolicy?: object) => {
    const attributes = RedriveAllowPolicy ? { RedriveAllowPolicy: JSON.stringify(RedriveAllowPolicy) } : {};
    const queues = makeQueues(makeParts());
    const dlq = queues.create({ ...queueProps('dlq'), attributes });
    return redriveRefusal(SOURCE, { RedrivePolicy: redrive({}) }, (arn) => (arn === dlq.arn ? dlq : undefined));
  };

  test.each([
    { policy: undefined },
    { policy: { redrivePermission: 'allowAll' } },
    { policy: { redrivePermission: 'byQueue', sourceQueueArns: ['arn:aws:sqs:x:111122223333:other', SOURCE] } },
  ])('given $policy, the queue may name it', ({ policy }) => {
    expect(refusal(policy)).toBeUndefined();
  });

  test.each([
    { policy: { redrivePermission: 'denyAll' } },
    { policy: { redrivePermission: 'byQueue', sourceQueueArns: [`${SOURCE}2`] } },
  ])('given $policy, it may not', ({ policy }) => {
    expect(refusal(policy)).toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining(`The RedriveAllowPolicy of ${ARN} does not allow this queue.`),
    });
  });

  test('given the queue itself, it may not: a message would be moved for ever', () => {
    const queue = makeQueues(makeParts(), 'users').get(queueArn('users'));
    const policy = JSON.stringify({ deadLetterTargetArn: queue.arn, maxReceiveCount: 1 });
    expect(redriveRefusal(queue.arn, { RedrivePolicy: policy }, () => queue)).toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('takes no queue as its own dead-letter queue'),
    });
  });

  test('given no such dead-letter queue, it may not, and without a redrive policy nothing is asked', () => {
    expect(redriveRefusal(SOURCE, { RedrivePolicy: redrive({}) }, () => undefined)?.message).toMatch(
      /Dead letter target does not exist/,
    );
    expect(redriveRefusal(SOURCE, {}, () => undefined)).toBeUndefined();
  });
});

const arn = (name: string) => `arn:aws:sqs:${ACCOUNT.region}:${ACCOUNT.id}:${name}`;
const letters = (RedriveAllowPolicy?: object): TemplateResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: 'letters', ...(RedriveAllowPolicy && { RedriveAllowPolicy }) },
});
const source: TemplateResource = {
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: 'source',
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Letters', 'Arn'] }, maxReceiveCount: 5 },
  },
};
const DENY = { redrivePermission: 'denyAll' };

/** What a stack of these queues is refused with; undefined if it is made. */
async function refusal(resources: Resources): Promise<string | undefined> {
  try {
    await makeStacks().update(resources);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  { given: 'no policy', policy: undefined },
  { given: 'one for all', policy: { redrivePermission: 'allowAll' } },
  { given: 'one for this queue', policy: { redrivePermission: 'byQueue', sourceQueueArns: [arn('source')] } },
])('given a dead-letter queue with $given, a redrive policy may name it', async ({ policy }) => {
  expect(await refusal({ Letters: letters(policy), Source: source })).toBeUndefined();
});

test.each([
  { given: 'one for none', policy: DENY },
  { given: 'one for another queue', policy: { redrivePermission: 'byQueue', sourceQueueArns: [arn('other')] } },
])('given a dead-letter queue with $given, a redrive policy that names it is refused', async ({ policy }) => {
  const message = await refusal({ Letters: letters(policy), Source: source });
  expect(message).toMatch(/^Source: /);
  expect(message).toContain(`The RedriveAllowPolicy of ${arn('letters')} does not allow this queue.`);
});

test.each([
  { policy: { redrivePermission: 'sometimes' }, named: 'sometimes' },
  { policy: { redrivePermission: 'byQueue' }, named: 'sourceQueueArns must list 1 to 10' },
  { policy: { ...DENY, sourceQueueArns: [arn('source')] }, named: 'sourceQueueArns goes with byQueue only' },
  { policy: { redrivePermission: 'denyAll', maxReceiveCount: 1 }, named: 'maxReceiveCount' },
])('given the policy $policy, the queue is refused', async ({ policy, named }) => {
  expect(await refusal({ Letters: letters(policy) })).toContain(named);
});

test('given a policy, GetQueueAttributes answers with it; once removed, any queue may name this one again', async () => {
  const { update, services } = makeStacks();
  const policy = () => JSON.parse(services.queues.get(arn('letters')).attributes.RedriveAllowPolicy ?? '{}');
  await update({ Letters: letters(DENY) });
  expect(policy()).toEqual(DENY);
  await update({ Letters: letters() });
  expect(policy()).toEqual({});
  await update({ Letters: letters(), Source: source });
  expect(services.queues.find(arn('source'))).toBeDefined();
});
