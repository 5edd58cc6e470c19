import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import { isObject } from '../core/json-text.ts';
import { checkPolicy, type PolicyDocument } from '../iam/policy.ts';
import { checkQueueAttributes, type QueueAttributes, redriveRefusal, withAttributes } from './queue-attributes.ts';
import type { Queues } from './queues.ts';

interface SqsServices {
  readonly queues: Queues;
}

/**
 * Properties that are attributes of the SQS API under the same names.
 * Source: CloudFormation template reference, AWS::SQS::Queue.
 */
const QUEUE_ATTRIBUTES = [
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

export const sqsQueue: ResourceType<SqsServices> = {
  type: 'AWS::SQS::Queue',
  nameProperty: 'QueueName',
  shape: {
    QueueName: 'used',
    RedrivePolicy: { deadLetterTargetArn: 'used', maxReceiveCount: 'used' },
    RedriveAllowPolicy: { redrivePermission: 'used', sourceQueueArns: ['used'] },
    ...Object.fromEntries(QUEUE_ATTRIBUTES.map((name) => [name, 'used' as const])),
    Tags: 'json',
  },
  identify: ({ physicalName, account, endpoint }) => {
    const url = `${endpoint}/${account.id}/${physicalName}`;
    const Arn = arnOf(account, 'sqs', physicalName);
    return { ref: url, attributes: { Arn, QueueName: physicalName, QueueUrl: url } };
  },
  create: (creation) => {
    const { physicalName, identity, properties, services } = creation;
    const attributes = checkedAttributes(creation);
    const arn = identity.attributes.Arn ?? '';
    services.queues.create({ name: physicalName, arn, url: identity.ref, attributes, tags: tagsOf(properties) });
  },
  update: (creation) => {
    const { identity, properties, services } = creation;
    const arn = identity.attributes.Arn ?? '';
    services.queues.setAttributes(arn, checkedAttributes(creation));
    services.queues.setTags(services.queues.get(arn), tagsOf(properties));
  },
  remove: ({ identity, services }) => services.queues.remove(identity.attributes.Arn ?? ''),
  rollBack: ({ identity, services }) => services.queues.remove(identity.attributes.Arn ?? '', { keepsStored: true }),
};

export const sqsQueuePolicy: ResourceType<SqsServices> = {
  type: 'AWS::SQS::QueuePolicy',
  shape: { PolicyDocument: 'json', Queues: ['used'] },
  required: ['PolicyDocument', 'Queues'],
  identify: ({ physicalName }) => ({ ref: physicalName, attributes: { Id: physicalName } }),
  create: putPolicy,
  update: putPolicy,
  remove: removePolicy,
};

/** @throws AwsError for attributes that SQS would refuse */
function checkedAttributes({ identity, properties, services }: Creation<SqsServices>): QueueAttributes {
  const attributes = attributesOf(properties);
  checkQueueAttributes(attributes);
  const refusal = redriveRefusal(identity.attributes.Arn ?? '', attributes, (arn) => services.queues.find(arn));
  if (refusal) throw refusal;
  return withAttributes({}, attributes);
}

function attributesOf({ RedrivePolicy, RedriveAllowPolicy, ...others }: Creation['properties']): QueueAttributes {
  const plain = QUEUE_ATTRIBUTES.flatMap((name) => (others[name] === undefined ? [] : [[name, String(others[name])]]));
  return {
    ...Object.fromEntries(plain),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    ...(RedriveAllowPolicy !== undefined && { RedriveAllowPolicy: JSON.stringify(RedriveAllowPolicy) }),
  };
}

/** @throws Error for what are no tags */
function tagsOf({ Tags = [] }: Creation['properties']): Readonly<Record<string, string>> {
  const isTag = (tag: unknown): tag is { Key: string; Value: string } =>
    isObject(tag) && typeof tag.Key === 'string' && typeof tag.Value === 'string';
  if (!Array.isArray(Tags) || !Tags.every(isTag)) throw new Error('has Tags without a Key and a Value that are texts.');
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

function putPolicy(creation: Creation<SqsServices>): void {
  const { physicalName, properties, services } = creation;
  const policy = properties.PolicyDocument as PolicyDocument;
  checkPolicy(policy, 'resource');
  const queues = (properties.Queues as readonly unknown[]).map(String).map((url) => {
    const queue = services.queues.at(url);
    if (queue === undefined) throw new Error(`names a queue that does not exist: ${url}`);
    return queue;
  });
  removePolicy(creation);
  for (const queue of queues) {
    queue.policies.set(physicalName, policy);
    services.queues.signals.waiting(queue.arn);
  }
}

/** Who was denied to receive may be allowed to afterwards. */
function removePolicy({ physicalName, services }: Creation<SqsServices>): void {
  for (const { arn, policies } of services.queues.all()) {
    if (policies.delete(physicalName)) services.queues.signals.waiting(arn);
  }
}
