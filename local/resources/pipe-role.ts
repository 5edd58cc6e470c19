import type { Caller, Leave } from '../iam/access.ts';
import type { RequiredAction } from '../iam/required-action.ts';
import type { Services } from '../services.ts';
import type { Creation } from './resource-type.ts';

export interface PipeRole {
  readonly caller: Caller;
  /** What the pipe reads. */
  readonly streamArn: string;
}

/** What a pipe needs to read a stream. Source: EventBridge user guide, eb-pipes-permissions. */
const READING = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];

/**
 * Tries a pipe's role out, as its creation does: whether the pipe may take it on, and may read its source.
 * @throws Error with what is missing; AWS's own words for it are not documented
 */
export function checkPipeRole({ identity, services }: Creation, { caller, streamArn }: PipeRole): void {
  const { roles, access, account } = services;
  const arn = identity.attributes.Arn ?? '';
  const context = { 'aws:sourceaccount': account.id, 'aws:sourcearn': arn };
  if (!roles.find(caller.roleArn)?.canBeAssumedBy('pipes.amazonaws.com', context)) {
    throw new Error(
      `The pipe ${arn} cannot assume the role ${caller.roleArn}: it is not here, or its trust policy does not allow it.`,
    );
  }
  const denial = access.denialOf(caller, reading(streamArn));
  if (denial) throw new Error(`The pipe ${arn} cannot read its source. ${denial.message}`);
}

/** Leave to read the source, for as long as the pipe works. */
export function readingLeave({ access }: Services, { caller, streamArn }: PipeRole): Leave {
  return access.standing(() => caller, reading(streamArn));
}

function reading(streamArn: string): RequiredAction[] {
  return READING.map((name) => ({ action: `dynamodb:${name}`, resource: streamArn }));
}
