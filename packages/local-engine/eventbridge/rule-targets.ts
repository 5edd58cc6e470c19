import { membersOf, textIn } from './event-bridge-request.ts';
import { queueTarget } from './targets/queue.ts';
import type { RuleTarget, TargetKind } from './targets/target.ts';

/** Every kind of target that rules can deliver to: one line each. */
const KINDS = [queueTarget];

/** The parts of the engine that the kinds need, all together. */
export type TargetServices = (typeof KINDS)[number] extends TargetKind<infer Services> ? Services : never;

/** The kind of a target; undefined for one that the engine does not support. */
export function kindOf(arn: string): TargetKind<TargetServices> | undefined {
  return KINDS.find((kind) => kind.hasArn(arn));
}

/** Defaults of a rule's retries. Source: EventBridge user guide, eb-rule-retry-policy. */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_EVENT_AGE_SECONDS = 86_400;
const LEAST_EVENT_AGE_SECONDS = 60;
const MAX_ARN_CHARS = 1600;
/** AWS knows more members; they would change what is delivered. */
const KNOWN = new Set(['Id', 'Arn', 'RoleArn', 'DeadLetterConfig', 'RetryPolicy']);

/** A target in a template or a PutTargets request. */
export interface TargetRequest {
  readonly Id: string;
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
}

/** Why the engine refuses a target that AWS would accept; undefined if it does not. */
export function whyUnsupported(target: TargetRequest): string | undefined {
  const other = Object.keys(target).find((member) => !KNOWN.has(member));
  if (other !== undefined) return `The local engine delivers whole events: a target cannot have ${other}.`;
  const { Arn: arn, DeadLetterConfig: { Arn: dlqArn } = {} } = target;
  if (typeof arn === 'string' && kindOf(arn) === undefined) {
    const supported = KINDS.map(({ name }) => name).join(', ');
    return `${arn} cannot be a target in the local engine. Supported targets: ${supported}.`;
  }
  if (typeof dlqArn === 'string' && !queueTarget.hasArn(dlqArn)) {
    return `${dlqArn} cannot be a dead-letter queue in the local engine: it is not an SQS queue.`;
  }
  return undefined;
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

/** As ListTargetsByRule answers: without a retry policy that is the default. */
export function describeTarget({ id, arn, dlqArn, maximumRetryAttempts, maximumEventAgeSeconds }: RuleTarget): object {
  const isDefault =
    maximumRetryAttempts === DEFAULT_RETRY_ATTEMPTS && maximumEventAgeSeconds === DEFAULT_EVENT_AGE_SECONDS;
  return {
    Id: id,
    Arn: arn,
    ...(dlqArn !== undefined && { DeadLetterConfig: { Arn: dlqArn } }),
    ...(!isDefault && {
      RetryPolicy: { MaximumRetryAttempts: maximumRetryAttempts, MaximumEventAgeInSeconds: maximumEventAgeSeconds },
    }),
  };
}
