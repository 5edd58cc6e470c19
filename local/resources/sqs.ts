import { arnOf } from '../account.ts';
import { checkPolicy, type PolicyDocument } from '../iam.ts';
import type { ResourceType } from './resource-type.ts';

/** Property of the template to attribute of the SQS API: the names are the same. */
const QUEUE_ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];

export const sqsQueue: ResourceType = {
  type: 'AWS::SQS::Queue',
  nameProperty: 'QueueName',
  shape: {
    QueueName: 'used',
    RedrivePolicy: { deadLetterTargetArn: 'used', maxReceiveCount: 'used' },
    ...Object.fromEntries(QUEUE_ATTRIBUTES.map((name) => [name, 'used' as const])),
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
    const given = QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined);
    const attributes = Object.fromEntries(given.map((name) => [name, String(properties[name])]));
    if (properties.RedrivePolicy !== undefined) attributes.RedrivePolicy = JSON.stringify(properties.RedrivePolicy);
    services.queues.create({ name: physicalName, arn: identity.attributes.Arn ?? '', url: identity.ref, attributes });
  },
};

export const sqsQueuePolicy: ResourceType = {
  type: 'AWS::SQS::QueuePolicy',
  shape: { PolicyDocument: 'used', Queues: 'used' },
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: ({ properties, services }) => {
    const policy = properties.PolicyDocument as PolicyDocument;
    checkPolicy(policy);
    for (const url of properties.Queues as readonly string[]) {
      const queue = services.queues.store.getQueue(url);
      if (queue === undefined) throw new Error(`names a queue that does not exist: ${url}`);
      services.queuePolicies.set(queue.arn, [...(services.queuePolicies.get(queue.arn) ?? []), policy]);
    }
  },
};
