import type { AwsError } from '../core/aws-error.ts';
import type { Queue } from './queue.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { invalidValue } from './sqs-errors.ts';

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** Some clients write it as text. */
  readonly maxReceiveCount: number | string;
}

/** Which queues may name a queue as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

/** Queues that `byQueue` names at most. Source: SQS API reference, SetQueueAttributes. */
const MOST_SOURCES = 10;

/** @throws AwsError for what is no redrive policy. Error texts as recorded on AWS */
export function redrivePolicyOf(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const policy = jsonOf(text) as Partial<RedrivePolicy> | undefined;
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

/** @throws AwsError for what is none. Source: SQS API reference, SetQueueAttributes */
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

/** The redrive policy among a queue's attributes. */
export function redrivePolicyIn({ RedrivePolicy }: QueueAttributes): RedrivePolicy | undefined {
  return RedrivePolicy ? redrivePolicyOf(RedrivePolicy) : undefined;
}

/** ARN of the queue that takes a queue's dead letters. */
export function deadLetterTargetOf({ attributes }: { readonly attributes: QueueAttributes }): string | undefined {
  return redrivePolicyIn(attributes)?.deadLetterTargetArn;
}

/**
 * Says why a queue may not have a redrive policy: its dead-letter queue must be another one, exist, and allow it. What AWS says
 * of a queue that names itself is not known.
 * @returns undefined if it may
 */
export function redriveRefusal(
  sourceArn: string,
  attributes: QueueAttributes,
  find: (arn: string) => Queue | undefined,
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

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the callers say what it should have been
  }
}
