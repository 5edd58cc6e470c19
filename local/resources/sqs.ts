import { arnOf } from '../account.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';
import type { Creation, ResourceType } from './resource-type.ts';

/**
 * Properties of the template which are attributes of the SQS API too, with their defaults.
 * Source: SQS API reference, SetQueueAttributes.
 */
const QUEUE_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
};

export const sqsQueue: ResourceType = {
  type: 'AWS::SQS::Queue',
  nameProperty: 'QueueName',
  shape: {
    QueueName: 'used',
    RedrivePolicy: { deadLetterTargetArn: 'used', maxReceiveCount: 'used' },
    ...Object.fromEntries(Object.keys(QUEUE_ATTRIBUTES).map((name) => [name, 'used' as const])),
    SqsManagedSseEnabled: 'inert',
    KmsMasterKeyId: 'inert',
    KmsDataKeyReusePeriodSeconds: 'inert',
    RedriveAllowPolicy: 'inert',
    Tags: 'inert',
  },
  identify: ({ physicalName, account, endpoint }) => {
    const url = `${endpoint}/${account.id}/${physicalName}`;
    const Arn = arnOf(account, 'sqs', physicalName);
    return { ref: url, attributes: { Arn, QueueName: physicalName, QueueUrl: url } };
  },
  create: ({ physicalName, identity, properties, services }) => {
    const arn = identity.attributes.Arn ?? '';
    services.queues.create({ name: physicalName, arn, url: identity.ref, attributes: attributesOf(properties) });
  },
  update: ({ identity, properties, services }) =>
    services.queues.setAttributes(identity.attributes.Arn ?? '', attributesOf(properties)),
  remove: (creation) => removeQueue(creation),
  takeBack: (creation) => removeQueue(creation, { keepsStored: true }),
};

export const sqsQueuePolicy: ResourceType = {
  type: 'AWS::SQS::QueuePolicy',
  shape: { PolicyDocument: 'used', Queues: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: putPolicy,
  update: putPolicy,
  remove: removePolicy,
};

function removeQueue({ identity, services }: Creation, options?: { keepsStored: boolean }): void {
  const arn = identity.attributes.Arn ?? '';
  services.queues.remove(arn, options);
  services.queuePolicies.delete(arn);
}

function attributesOf(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes = Object.entries(QUEUE_ATTRIBUTES).map(([name, byDefault]) => [
    name,
    String(properties[name] ?? byDefault),
  ]);
  const { RedrivePolicy } = properties;
  return {
    ...Object.fromEntries(attributes),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
}

function putPolicy(creation: Creation): void {
  const { physicalName, properties, services } = creation;
  const policy = properties.PolicyDocument as PolicyDocument;
  checkPolicy(policy, 'resource');
  const queues = (properties.Queues as readonly string[]).map((url) => {
    const queue = services.queues.store.getQueue(url);
    if (queue === undefined) throw new Error(`names a queue that does not exist: ${url}`);
    return queue;
  });
  removePolicy(creation);
  for (const { arn } of queues) {
    const policies = services.queuePolicies.get(arn) ?? new Map();
    services.queuePolicies.set(arn, policies.set(physicalName, policy));
  }
}

function removePolicy({ physicalName, services }: Creation): void {
  for (const [arn, policies] of services.queuePolicies) {
    policies.delete(physicalName);
    if (policies.size === 0) services.queuePolicies.delete(arn);
  }
}
