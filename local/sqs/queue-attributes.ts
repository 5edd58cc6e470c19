import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../aws-error.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { checkPolicy } from '../iam/policy-check.ts';

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

const OTHERS = new Set(['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy', 'SqsManagedSseEnabled']);
const OF_FIFO_QUEUES = new Set(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoQueue', 'FifoThroughputLimit']);

/** Those whose value is JSON, in which spaces and the order of members do not matter. */
const JSON_ATTRIBUTES = new Set(['Policy', 'RedriveAllowPolicy', 'RedrivePolicy']);

/** @throws AwsError unless it is the name of a standard queue. Source: SQS API reference, CreateQueue */
export function checkQueueName(name: unknown): asserts name is string {
  if (!name) throw new AwsError('MissingParameter', 'The request must contain the parameter QueueName.');
  if (String(name).endsWith('.fifo')) throw noFifo();
  if (typeof name === 'string' && /^[\w-]{1,80}$/.test(name)) return;
  const message = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
  throw new AwsError('InvalidParameterValue', message);
}

/** @throws AwsError unless all can be attributes of a standard queue */
export function checkQueueAttributes(
  attributes: Readonly<Record<string, unknown>>,
): asserts attributes is QueueAttributes {
  for (const [name, value] of Object.entries(attributes)) {
    if (OF_FIFO_QUEUES.has(name)) throw noFifo();
    const range = RANGES.get(name);
    if (range === undefined && !OTHERS.has(name))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const number = Number(value);
    const isOutside = range && !(Number.isInteger(number) && number >= range[0] && number <= range[1]);
    if (typeof value !== 'string' || isOutside) throw invalidValue(name, range && `it is from ${range.join(' to ')}`);
  }
  if (attributes.Policy) policyOf(attributes.Policy as string);
  if (attributes.RedrivePolicy) redrivePolicyOf(attributes.RedrivePolicy as string);
}

/** The name of an attribute that differs from what the queue has, if there is one. */
export function differingAttribute(wanted: QueueAttributes, existing: QueueAttributes): string | undefined {
  const isSame = (name: string, value: string) =>
    existing[name] === value || (JSON_ATTRIBUTES.has(name) && isSameJson(existing[name], value));
  return Object.entries(wanted).find(([name, value]) => !isSame(name, value))?.[0];
}

/** @throws AwsError for what is no policy, or one that would be misjudged here */
export function policyOf(text: string): PolicyDocument {
  const document = parse(text) as Partial<PolicyDocument> | undefined;
  const statements = [document?.Statement ?? []].flat();
  const areWhole = statements.every(
    (statement) => /^(Allow|Deny)$/.test(statement?.Effect) && statement.Principal !== undefined,
  );
  if (statements.length === 0 || !areWhole) {
    throw invalidValue('Policy', 'it is JSON with statements, each with an Effect and a Principal');
  }
  checkPolicy(document as PolicyDocument, 'resource');
  return document as PolicyDocument;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** Some clients write it as text. */
  readonly maxReceiveCount: number | string;
}

/** @throws AwsError for what is no redrive policy */
export function redrivePolicyOf(text: string): RedrivePolicy {
  const refuse = (reason: string) =>
    new AwsError('InvalidParameterValue', `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const policy = parse(text) as Partial<RedrivePolicy> | undefined;
  if (typeof policy !== 'object' || policy === null) throw refuse('Redrive policy is not a valid JSON map.');
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (!/^arn:[^:]+:sqs:[^:]*:\d{12}:.+$/.test(String(deadLetterTargetArn))) {
    throw refuse('Invalid value for deadLetterTargetArn.');
  }
  const receives = Number(maxReceiveCount);
  if (!Number.isInteger(receives) || receives < 1 || receives > 1000) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return policy as RedrivePolicy;
}

/** ARN of the queue that takes a queue's dead letters. */
export function deadLetterTargetOf({ attributes }: { readonly attributes: QueueAttributes }): string | undefined {
  return attributes.RedrivePolicy ? redrivePolicyOf(attributes.RedrivePolicy).deadLetterTargetArn : undefined;
}

function isSameJson(one: string | undefined, other: string): boolean {
  return one !== undefined && parse(one) !== undefined && isDeepStrictEqual(parse(one), parse(other));
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the callers say what it should have been
  }
}

function invalidValue(name: string, reason = 'it is text'): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${reason}.`);
}

function noFifo(): AwsError {
  return new AwsError('UnsupportedOperation', 'The local engine has standard queues only, no FIFO queues.');
}
