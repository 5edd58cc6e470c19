import { expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { ACCOUNT } from '../support/parts.ts';
import { makeStacks, type Resources } from '../support/stack.ts';

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

test('given a policy, GetQueueAttributes tells it; taken away, any queue may name this one again', async () => {
  const { update, services } = makeStacks();
  const told = () => JSON.parse(services.queues.get(arn('letters')).attributes.RedriveAllowPolicy ?? '{}');
  await update({ Letters: letters(DENY) });
  expect(told()).toEqual(DENY);
  await update({ Letters: letters() });
  expect(told()).toEqual({});
  await update({ Letters: letters(), Source: source });
  expect(services.queues.find(arn('source'))).toBeDefined();
});
