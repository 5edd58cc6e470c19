import type { Creation } from '../cloudformation/template/resource-type.ts';
import type { Account } from '../core/account.ts';
import type { Access, Caller, Permission } from '../iam/access.ts';
import type { RequiredAction } from '../iam/required-action.ts';
import type { Roles } from '../iam/roles.ts';
import type { Queues } from '../sqs/index.ts';

/** What a pipe's role is judged by. */
export interface PipeRoleServices {
  readonly account: Account;
  readonly roles: Roles;
  readonly access: Access;
  readonly queues: Queues;
}

export interface PipeRole {
  readonly caller: Caller;
  /** What the pipe reads. */
  readonly streamArn: string;
  /** Where it sends its dead letters. @default - nowhere */
  readonly dlqArn?: string;
}

/** What a pipe needs to read a stream. Source: EventBridge user guide, eb-pipes-permissions. */
const READING = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];

/**
 * Tries a pipe's role out, as its creation does: whether the pipe may take it on, read its source and send dead letters, to
 * a queue that is there. The last is not documented, and was seen where stacks failed for it. The same was not seen of the target.
 * @throws Error with what is missing, for dead letters in AWS's words; those for the rest are not documented
 */
export function checkPipeRole(
  { identity, services }: Creation<PipeRoleServices>,
  { caller, streamArn, dlqArn }: PipeRole,
): void {
  const { roles, access, account, queues } = services;
  const arn = identity.attributes.Arn ?? '';
  const context = { 'aws:sourceaccount': account.id, 'aws:sourcearn': arn };
  if (!roles.find(caller.roleArn)?.canBeAssumedBy('pipes.amazonaws.com', context)) {
    throw new Error(
      `The pipe ${arn} cannot assume the role ${caller.roleArn}: it is not here, or its trust policy does not allow it.`,
    );
  }
  const denial = access.findDenial(caller, reading(streamArn));
  if (denial) throw new Error(`The pipe ${arn} cannot read its source. ${denial.message}`);
  if (dlqArn === undefined) return;
  const unsent = access.findDenial(caller, sendingTo(dlqArn))?.message;
  const missing = queues.find(dlqArn) === undefined ? 'The specified queue does not exist.' : undefined;
  const reason = unsent ?? missing;
  if (reason) throw new Error(`Error occurred while sending message to SQS queue: ${dlqArn} (${reason})`);
}

/** Leave to read the source, for as long as the pipe works. */
export function readingLeave({ access }: PipeRoleServices, { caller, streamArn }: PipeRole): Permission {
  return access.permission(() => caller, reading(streamArn));
}

/** What a dead letter needs. */
export function sendingTo(queueArn: string): RequiredAction[] {
  return [{ action: 'sqs:SendMessage', resource: queueArn }];
}

function reading(streamArn: string): RequiredAction[] {
  return READING.map((name) => ({ action: `dynamodb:${name}`, resource: streamArn }));
}
