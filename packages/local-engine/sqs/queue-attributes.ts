import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../core/aws-error.ts';
import { checkPolicy, type PolicyDocument } from '../iam/policy.ts';
import { invalidParameter, invalidValue, missingParameter, unsupported } from './errors.ts';

/** By their names; every value is text. */
export type QueueAttributes = Readonly<Record<string, string>>;

interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** Some clients write it as text. */
  readonly maxReceiveCount: number | string;
}

/** Which queues may name a queue as their dead-letter queue. */
interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

/** Attributes that are whole numbers, with minimum and maximum. Source: SQS API reference, SetQueueAttributes. */
const RANGES: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['DelaySeconds', [0, 900]],
  ['KmsDataKeyReusePeriodSeconds', [60, 86_400]],
  ['MaximumMessageSize', [1_024, 1_048_576]],
  ['MessageRetentionPeriod', [60, 1_209_600]],
  ['ReceiveMessageWaitTimeSeconds', [0, 20]],
  ['VisibilityTimeout', [0, 43_200]],
]);

/** Source: as above. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

/** An empty value removes these. */
const REMOVABLE = new Set(['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);

/** Their value is JSON, in which spaces and the order of members do not matter. */
const JSON_ATTRIBUTES = new Set(['Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);

const FIFO_ATTRIBUTES = new Set([
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
]);

/** All names of attributes that a queue may have, FIFO queues included. */
export const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...RANGES.keys(),
  ...REMOVABLE,
  ...FIFO_ATTRIBUTES,
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
  'SqsManagedSseEnabled',
]);

const MOST_TAGS = 50;

/** Queues that `byQueue` names at most. Source: SQS API reference, SetQueueAttributes. */
const MOST_SOURCES = 10;

/** @throws AwsError unless it is the name of a standard queue. Source: SQS API reference, CreateQueue */
export function checkQueueName(name: unknown): asserts name is string {
  if (!name) throw missingParameter('QueueName');
  if (String(name).endsWith('.fifo')) throw noFifo();
  if (typeof name === 'string' && /^[\w-]{1,80}$/.test(name)) return;
  throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
}

/** @throws AwsError for a new queue that would be a FIFO queue */
export function checkIsStandard(attributes: Readonly<Record<string, unknown>>): void {
  if (Object.keys(attributes).some((name) => FIFO_ATTRIBUTES.has(name))) throw noFifo();
}

function noFifo(): AwsError {
  return unsupported('The local engine has standard queues only, no FIFO queues.');
}

/** @throws AwsError unless a standard queue can have all of them. Source: as above; error texts recorded on AWS */
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
  if (name === 'SqsManagedSseEnabled' && !/^(true|false)$/.test(value)) {
    throw invalidAttribute(name, 'Must be true or false.');
  }
}

function invalidAttribute(name: string, reason = 'Must be text.'): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${reason}`);
}

/** The attributes of a queue after these were set: of the two kinds of encryption, the one that was set last applies. */
export function withAttributes(existing: QueueAttributes, set: QueueAttributes): QueueAttributes {
  const merged: Record<string, string> = { ...existing, ...set };
  if (set.KmsMasterKeyId && set.SqsManagedSseEnabled === undefined) merged.SqsManagedSseEnabled = 'false';
  if (set.SqsManagedSseEnabled === 'true') merged.KmsMasterKeyId = '';
  if (merged.KmsMasterKeyId) merged.KmsDataKeyReusePeriodSeconds ??= '300';
  return Object.fromEntries(Object.entries(merged).filter(([name, value]) => value !== '' || !REMOVABLE.has(name)));
}

/** The name of the first attribute whose value differs from the queue's. */
export function differingAttribute(wanted: QueueAttributes, existing: QueueAttributes): string | undefined {
  const isSame = (name: string, value: string) =>
    existing[name] === value || (JSON_ATTRIBUTES.has(name) && isSameJson(existing[name], value));
  return Object.entries(wanted).find(([name, value]) => !isSame(name, value))?.[0];
}

function isSameJson(one: string | undefined, other: string): boolean {
  return one !== undefined && jsonOf(one) !== undefined && isDeepStrictEqual(jsonOf(one), jsonOf(other));
}

/** @throws AwsError unless a queue can have these tags. Source: SQS developer guide, cost allocation tags; AWS tagging guide */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) throw invalidParameter(`Too many tags for the queue: it can have ${MOST_TAGS}.`);
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw invalidParameter('The key of a tag must have 1 to 128 characters.');
    if (/^aws:/i.test(key)) throw invalidParameter(`The tag ${key} cannot be set: AWS reserves keys with aws:.`);
    if (value.length > 256) throw invalidParameter(`The value of the tag ${key} must have at most 256 characters.`);
  }
}

/** @throws AwsError for a text that is not a policy, or one that the engine would misjudge */
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

/** @throws AwsError for a text that is not a redrive policy. Error texts as recorded on AWS */
export function redrivePolicyOf(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const policy = jsonOf(text) as Partial<RedrivePolicy> | undefined;
  if (typeof policy !== 'object' || policy === null) throw refuse('Redrive policy is not a valid JSON map.');
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (!/^arn:[^:]+:sqs:[^:]*:\d{12}:.+$/.test(String(deadLetterTargetArn))) {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  const receives = Number(maxReceiveCount);
  if (Number.isInteger(receives) && receives >= 1 && receives <= 1000) return policy as RedrivePolicy;
  throw refuse(
    `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
  );
}

/** @throws AwsError for a text that is none. Source: SQS API reference, SetQueueAttributes */
export function redriveAllowPolicyOf(text: string): RedriveAllowPolicy {
  const refuse = (reason: string) => invalidValue(text, 'RedriveAllowPolicy', reason);
  const policy = jsonOf(text) as Partial<RedriveAllowPolicy> | undefined;
  if (typeof policy !== 'object' || policy === null) throw refuse('Redrive allow policy is not a valid JSON map.');
  const { redrivePermission, sourceQueueArns } = policy;
  if (!/^(allowAll|denyAll|byQueue)$/.test(String(redrivePermission))) {
    throw refuse('redrivePermission must be allowAll, denyAll or byQueue.');
  }
  const isByQueue = redrivePermission === 'byQueue';
  if (!isByQueue && sourceQueueArns !== undefined) throw refuse('sourceQueueArns goes with byQueue only.');
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.every((arn) => typeof arn === 'string');
  if (isByQueue && !(isList && sourceQueueArns.length > 0 && sourceQueueArns.length <= MOST_SOURCES)) {
    throw refuse(`sourceQueueArns must list 1 to ${MOST_SOURCES} ARNs of queues.`);
  }
  return policy as RedriveAllowPolicy;
}

export function redrivePolicyIn({ RedrivePolicy }: QueueAttributes): RedrivePolicy | undefined {
  return RedrivePolicy ? redrivePolicyOf(RedrivePolicy) : undefined;
}

/** ARN of a queue's dead-letter queue. */
export function deadLetterTargetOf({ attributes }: { readonly attributes: QueueAttributes }): string | undefined {
  return redrivePolicyIn(attributes)?.deadLetterTargetArn;
}

/**
 * Why a queue may not have a redrive policy: its dead-letter queue must be another one, exist, and allow it. What AWS answers
 * for a queue that names itself is not known.
 * @returns undefined if it may
 */
export function redriveRefusal(
  sourceArn: string,
  attributes: QueueAttributes,
  find: (arn: string) => { readonly attributes: QueueAttributes } | undefined,
): AwsError | undefined {
  const target = deadLetterTargetOf({ attributes });
  if (target === undefined) return undefined;
  const refusal = (reason: string) => invalidValue(attributes.RedrivePolicy, 'RedrivePolicy', reason);
  if (target === sourceArn) return refusal('The local engine takes no queue as its own dead-letter queue.');
  const dlq = find(target);
  if (dlq === undefined) return refusal('Dead letter target does not exist.');
  const { RedriveAllowPolicy } = dlq.attributes;
  if (!RedriveAllowPolicy) return undefined;
  const { redrivePermission, sourceQueueArns = [] } = redriveAllowPolicyOf(RedriveAllowPolicy);
  const isAllowed = redrivePermission === 'allowAll' || sourceQueueArns.includes(sourceArn);
  return isAllowed ? undefined : refusal(`The RedriveAllowPolicy of ${target} does not allow this queue.`);
}

/** Undefined for a text that is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the callers' errors name the form that it must have
  }
}
