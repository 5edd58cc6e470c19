import type { RuleTarget } from './delivery.ts';
import { membersOf, textIn } from './event-bridge-request.ts';

/** Defaults of a rule's retries. Source: EventBridge user guide, eb-rule-retry-policy. */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;
const LEAST_EVENT_AGE_SECONDS = 60;
const MAX_ARN_CHARS = 1600;
/** What a target of ours may have; others that AWS knows would change what is delivered. */
const KNOWN = new Set(['Id', 'Arn', 'RoleArn', 'DeadLetterConfig', 'RetryPolicy']);

/** A target as PutTargets gives it. */
export interface TargetRequest {
  readonly Id: string;
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

/** Why a target is refused that AWS would take; undefined if it is none such. */
export function whyUnsupported(target: TargetRequest): string | undefined {
  const other = Object.keys(target).find((member) => !KNOWN.has(member));
  if (other !== undefined) return `The local engine delivers whole events: a target cannot have ${other}.`;
  const foreign = [target.Arn, target.DeadLetterConfig?.Arn].find((arn) => typeof arn === 'string' && !isQueue(arn));
  return foreign && `${foreign} is no SQS queue. Only these can be targets and dead-letter queues in the local engine.`;
}

/** @throws AwsError ValidationException for what AWS would refuse */
export function toTarget({ Id, Arn, DeadLetterConfig, RetryPolicy = {} }: TargetRequest): RuleTarget {
  const policy = membersOf({ ...RetryPolicy });
  const dlqArn = DeadLetterConfig?.Arn;
  return {
    id: Id,
    arn: textIn({ Arn }, 'Arn', MAX_ARN_CHARS),
    ...(dlqArn !== undefined && { dlqArn }),
    maximumRetryAttempts:
      policy.wholeNumber('MaximumRetryAttempts', { most: DEFAULT_RETRY_ATTEMPTS }) ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeSeconds:
      policy.wholeNumber('MaximumEventAgeInSeconds', {
        least: LEAST_EVENT_AGE_SECONDS,
        most: DEFAULT_EVENT_AGE_SECONDS,
      }) ?? DEFAULT_EVENT_AGE_SECONDS,
  };
}

/** As ListTargetsByRule answers. A retry policy that is the default one is left out. */
export function describeTarget({ id, arn, dlqArn, ...policy }: RuleTarget): object {
  const isDefault =
    policy.maximumRetryAttempts === DEFAULT_RETRY_ATTEMPTS &&
    policy.maximumEventAgeSeconds === DEFAULT_EVENT_AGE_SECONDS;
  return {
    Id: id,
    Arn: arn,
    ...(dlqArn !== undefined && { DeadLetterConfig: { Arn: dlqArn } }),
    ...(!isDefault && {
      RetryPolicy: {
        MaximumRetryAttempts: policy.maximumRetryAttempts,
        MaximumEventAgeInSeconds: policy.maximumEventAgeSeconds,
      },
    }),
  };
}

/** Whether an ARN is an SQS queue's. */
export function isQueue(arn: string): boolean {
  return arn.split(':')[2] === 'sqs';
}
