import type { RequiredAction } from './required-action.ts';

/** Why a call may not be made. */
export interface Denial {
  /** ARN of the role's session. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** As AWS words it. */
  readonly message: string;
}

/** The reason where policies only do not mention it. */
export function notAllowedBy(kind: 'identity' | 'resource', action: string): string {
  return `because no ${kind}-based policy allows the ${wordedAction(action)} action`;
}

/**
 * A denial in the words of the service that is called. S3 quotes the ARN.
 * Source: IAM user guide, troubleshooting access denied errors; for S3 and SQS what they answered, in public reports.
 */
export function toDenial(principal: string, { action, resource }: RequiredAction, reason: string): Denial {
  const object = action.startsWith('s3:') ? `"${resource}"` : resource;
  const message = `User: ${principal} is not authorized to perform: ${wordedAction(action)} on resource: ${object} ${reason}`;
  return { principal, action, resource, message };
}

/** SQS writes its actions small. */
function wordedAction(action: string): string {
  return action.startsWith('sqs:') ? action.toLowerCase() : action;
}
