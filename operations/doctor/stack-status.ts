import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'stack';

export interface StackStatus {
  readonly name: string;
  /** As CloudFormation says it, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly reason?: string;
}

/** Whether the last deployment went through. */
export const stackStatus: Check = {
  name: NAME,
  async run({ deployed: { clients, stack }, mends }) {
    const { Stacks = [] } = await clients
      .of(CloudFormationClient)
      .send(new DescribeStacksCommand({ StackName: stack.name }));
    const { StackStatus, StackStatusReason: reason } = Stacks[0] ?? {};
    return [judgeStack({ name: stack.name, status: StackStatus || 'unknown', ...(reason && { reason }) }, mends)];
  },
};

/** Source: CloudFormation user guide, stack status codes. */
export function judgeStack({ name: subject, status, reason }: StackStatus, mends: Mends): Finding {
  const about = { check: NAME, subject };
  const detail = reason === undefined ? status : `${status}: ${reason}`;
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status))
    return { ...about, status: 'ok', detail };
  if (status.endsWith('_IN_PROGRESS')) {
    const mend = `wait for its end, then: ${mends.pipeline('doctor')}`;
    return { ...about, status: 'warning', detail, mend };
  }
  if (['UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'].includes(status)) {
    const told = `${detail}: what runs is what ran before the last deployment, which failed`;
    return { ...about, status: 'warning', detail: told, mend: mends.deploy() };
  }
  const events = mends.aws(`cloudformation describe-stack-events --stack-name ${subject} --max-items 20`);
  return { ...about, status: 'problem', detail, mend: `see what failed: ${events}` };
}
