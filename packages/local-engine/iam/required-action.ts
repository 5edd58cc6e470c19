import type { Account } from '../core/account.ts';
import type { ApiRequest } from '../protocols/http.ts';
import type { Context } from './condition.ts';

/** An action that a caller must be allowed, as IAM names it. */
export interface RequiredAction {
  /** Such as `s3:CreateBucket`. */
  readonly action: string;
  /** An ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** The action's own condition keys, in lower case. Called only if a policy has conditions. */
  readonly context?: () => Context;
}

/** What a call's permissions depend on beside the request. */
export interface CallPlace {
  readonly account: Account;
  /** Name of the partition key of a table or of its index; undefined if it does not exist. */
  readonly partitionKeyOf: (tableName: string, indexName?: string) => string | undefined;
}

/**
 * The actions that a call needs, all of them. Undefined for an operation that is not listed, so that its caller cannot be
 * judged.
 * @param operation as the service's API names it
 */
export type ActionsOf = (
  operation: string,
  request: ApiRequest,
  place: CallPlace,
) => readonly RequiredAction[] | undefined;

/** Why a call is denied. */
export interface Denial {
  /** ARN of the role's session. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** As AWS words it. */
  readonly message: string;
}

/** The reason for an action that no policy mentions. */
export function notAllowedBy(kind: 'identity' | 'resource', action: string): string {
  return `because no ${kind}-based policy allows the ${wordedAction(action)} action`;
}

/**
 * A denial in the words of the called service. S3 quotes the ARN.
 * Source: IAM user guide, troubleshooting access denied errors; for S3 and SQS what they answered, in public reports.
 */
export function toDenial(principal: string, { action, resource }: RequiredAction, reason: string): Denial {
  const object = action.startsWith('s3:') ? `"${resource}"` : resource;
  const message = `User: ${principal} is not authorized to perform: ${wordedAction(action)} on resource: ${object} ${reason}`;
  return { principal, action, resource, message };
}

/** SQS writes its actions in lower case. */
function wordedAction(action: string): string {
  return action.startsWith('sqs:') ? action.toLowerCase() : action;
}
