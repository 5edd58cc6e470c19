import { arnOf } from '../account.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';
import {
  ALLOW_ALL,
  checkRedriveAllowPolicy,
  letsRedrive,
  type RedriveAllowPolicy,
} from '../sqs/redrive-allow-policy.ts';
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
    RedriveAllowPolicy: { redrivePermission: 'used', sourceQueueArns: 'used' },
    Tags: 'inert',
  },
  identify: ({ physicalName, account, endpoint }) => {
    const url = `${endpoint}/${account.id}/${physicalName}`;
    const Arn = arnOf(account, 'sqs', physicalName);
    return { ref: url, attributes: { Arn, QueueName: physicalName, QueueUrl: url } };
  },
  create: (creation) => {
    const { physicalName, identity, services } = creation;
    const arn = identity.attributes.Arn ?? '';
    services.queues.create({ name: physicalName, arn, url: identity.ref, attributes: attributesOf(creation) });
  },
  update: (creation) =>
    creation.services.queues.setAttributes(creation.identity.attributes.Arn ?? '', attributesOf(creation)),
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

interface RedriveProperties {
  readonly RedrivePolicy?: { readonly deadLetterTargetArn?: string };
  readonly RedriveAllowPolicy?: RedriveAllowPolicy;
}

/** @throws Error for a redrive policy that its dead-letter queue does not allow, and for a RedriveAllowPolicy that is none */
function attributesOf({ identity, properties, services }: Creation): Record<string, string> {
  const attributes = Object.entries(QUEUE_ATTRIBUTES).map(([name, byDefault]) => [
    name,
    String(properties[name] ?? byDefault),
  ]);
  const { RedrivePolicy, RedriveAllowPolicy = ALLOW_ALL } = properties as RedriveProperties;
  checkRedriveAllowPolicy(RedriveAllowPolicy);
  const arn = identity.attributes.Arn ?? '';
  const target = RedrivePolicy?.deadLetterTargetArn ?? '';
  const ofTarget = services.queues.find(target)?.attributes.RedriveAllowPolicy;
  if (!letsRedrive(ofTarget, arn)) {
    throw new Error(`has the dead-letter queue ${target}, whose RedriveAllowPolicy does not let it: ${ofTarget}`);
  }
  const isKnown = services.queues.find(arn)?.attributes.RedriveAllowPolicy !== undefined;
  return {
    ...Object.fromEntries(attributes),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    // One that is taken away leaves what holds without one.
    ...((isKnown || RedriveAllowPolicy !== ALLOW_ALL) && { RedriveAllowPolicy: JSON.stringify(RedriveAllowPolicy) }),
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
