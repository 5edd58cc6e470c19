import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../core/aws-error.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';
import { jsonOf, redriveAllowPolicyOf, redrivePolicyOf } from './redrive-policies.ts';
import { invalidParameter, missingParameter } from './sqs-errors.ts';

/** By their names; every value is text. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Attributes that are whole numbers, with the least and the most. Source: SQS API reference, SetQueueAttributes. */
const RANGES: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['DelaySeconds', [0, 900]],
  ['KmsDataKeyReusePeriodSeconds', [60, 86_400]],
  ['MaximumMessageSize', [1_024, 1_048_576]],
  ['MessageRetentionPeriod', [60, 1_209_600]],
  ['ReceiveMessageWaitTimeSeconds', [0, 20]],
  ['VisibilityTimeout', [0, 43_200]],
]);

/** What a queue has if nothing else is said. Source: as above. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

/** Those that an empty value takes away. */
const REMOVABLE = new Set(['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);

/** Of the queue's state, which only SQS sets. */
const OF_SQS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

const OF_FIFO_QUEUES = new Set(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit']);

const MOST_TAGS = 50;

/** Those whose value is JSON, in which spaces and the order of members do not matter. */
const JSON_ATTRIBUTES = new Set(['Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);

/** All names of attributes that a queue may have, of FIFO queues as well. */
export const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...RANGES.keys(),
  ...REMOVABLE,
  ...OF_SQS,
  ...OF_FIFO_QUEUES,
  'SqsManagedSseEnabled',
]);

/** @throws AwsError unless it is the name of a standard queue. Source: SQS API reference, CreateQueue */
export function checkQueueName(name: unknown): asserts name is string {
  if (!name) throw missingParameter('QueueName');
  if (String(name).endsWith('.fifo')) throw noFifo();
  if (typeof name === 'string' && /^[\w-]{1,80}$/.test(name)) return;
  throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
}

/** @throws AwsError for a new queue that would be a FIFO queue */
export function checkIsStandard(attributes: Readonly<Record<string, unknown>>): void {
  if (Object.keys(attributes).some((name) => OF_FIFO_QUEUES.has(name))) throw noFifo();
}

/** @throws AwsError unless all can be set as attributes of a standard queue. Source: as above; error texts recorded on AWS */
export function checkQueueAttributes(
  attributes: Readonly<Record<string, unknown>>,
): asserts attributes is QueueAttributes {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
  const { KmsMasterKeyId, SqsManagedSseEnabled, Policy, RedrivePolicy, RedriveAllowPolicy } =
    attributes as QueueAttributes;
  if (KmsMasterKeyId && SqsManagedSseEnabled === 'true') {
    const message =
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.';
    throw new AwsError('InvalidAttributeName', message);
  }
  if (Policy) policyOf(Policy);
  if (RedrivePolicy) redrivePolicyOf(RedrivePolicy);
  if (RedriveAllowPolicy) redriveAllowPolicyOf(RedriveAllowPolicy);
}

function checkAttribute(name: string, value: unknown): void {
  const range = RANGES.get(name);
  if (range === undefined && !REMOVABLE.has(name) && name !== 'SqsManagedSseEnabled') {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  if (typeof value !== 'string') throw invalidAttribute(name);
  const isInRange = range && /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
  if (range && !isInRange) throw invalidAttribute(name, `Must be an integer from ${range.join(' to ')}.`);
  if (name === 'SqsManagedSseEnabled' && !/^(true|false)$/.test(value))
    throw invalidAttribute(name, 'Must be true or false.');
}

/**
 * The attributes of a queue once these were set: an empty value takes one away, and of the two kinds of encryption the one
 * that was set last counts.
 */
export function withAttributes(existing: QueueAttributes, set: QueueAttributes): QueueAttributes {
  const merged: Record<string, string> = { ...existing, ...set };
  if (set.KmsMasterKeyId && set.SqsManagedSseEnabled === undefined) merged.SqsManagedSseEnabled = 'false';
  if (set.SqsManagedSseEnabled === 'true') merged.KmsMasterKeyId = '';
  if (merged.KmsMasterKeyId) merged.KmsDataKeyReusePeriodSeconds ??= '300';
  return Object.fromEntries(Object.entries(merged).filter(([name, value]) => value !== '' || !REMOVABLE.has(name)));
}

/** @throws AwsError unless a queue can have these tags. Source: SQS developer guide, cost allocation tags; AWS tagging guide */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) throw invalidParameter(`Too many tags for the queue: it can have ${MOST_TAGS}.`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw invalidParameter('The key of a tag must have 1 to 128 characters.');
    if (/^aws:/i.test(key)) throw invalidParameter(`The tag ${key} cannot be set: keys with aws: are those of AWS.`);
    if (value.length > 256) throw invalidParameter(`The value of the tag ${key} must have at most 256 characters.`);
  }
}

/** The name of an attribute that differs from what the queue has, if there is one. */
export function differingAttribute(wanted: QueueAttributes, existing: QueueAttributes): string | undefined {
  const isSame = (name: string, value: string) =>
    existing[name] === value || (JSON_ATTRIBUTES.has(name) && isSameJson(existing[name], value));
  return Object.entries(wanted).find(([name, value]) => !isSame(name, value))?.[0];
}

/** @throws AwsError for what is no policy, or one that would be misjudged here */
export function policyOf(text: string): PolicyDocument {
  const document = jsonOf(text) as Partial<PolicyDocument> | undefined;
  const statements = [document?.Statement ?? []].flat();
  const areWhole = statements.every(
    (statement) => /^(Allow|Deny)$/.test(statement?.Effect) && statement.Principal !== undefined,
  );
  if (statements.length === 0 || !areWhole) {
    throw invalidAttribute('Policy', 'Must be JSON with statements, each with an Effect and a Principal.');
  }
  checkPolicy(document as PolicyDocument, 'resource');
  return document as PolicyDocument;
}

function isSameJson(one: string | undefined, other: string): boolean {
  return one !== undefined && jsonOf(one) !== undefined && isDeepStrictEqual(jsonOf(one), jsonOf(other));
}

function invalidAttribute(name: string, reason = 'Must be text.'): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${reason}`);
}

function noFifo(): AwsError {
  return new AwsError('UnsupportedOperation', 'The local engine has standard queues only, no FIFO queues.');
}
