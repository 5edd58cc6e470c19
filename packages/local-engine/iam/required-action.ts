import type { Account } from '../core/account.ts';
import type { ApiRequest } from '../protocols/http.ts';
import type { Context } from './condition.ts';

/** One action that a call needs leave for, as IAM names it. */
export interface RequiredAction {
  /** Such as `s3:CreateBucket`. */
  readonly action: string;
  /** An ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** The action's own condition keys, in lower case; asked for only where a policy has conditions. */
  readonly context?: () => Context;
}

/** Where a call is made, and what there is of which the request does not tell. */
export interface CallPlace {
  readonly account: Account;
  /** Name of the partition key of a table, or of its index; undefined if there is none of that name. */
  readonly partitionKeyOf: (tableName: string, indexName?: string) => string | undefined;
}

/**
 * What a call of a service needs leave for: all of it. Undefined for an operation that is not known here, whose caller
 * cannot be judged.
 * @param operation as the service's API names it
 */
export type ActionsOf = (
  operation: string,
  request: ApiRequest,
  place: CallPlace,
) => readonly RequiredAction[] | undefined;

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
