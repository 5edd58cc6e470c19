import { type Account, arnOf } from '../core/account.ts';
import type { RequiredAction } from '../iam/required-action.ts';
import { LOG_STREAM } from './log-group.ts';

/**
 * What needs leave for lines to be written into a group: whoever writes makes a stream of their own first, and AWS judges both
 * by the ARN of that stream.
 * Source: Service authorization reference, Amazon CloudWatch Logs.
 */
export function logWriting(account: Account, groupName: string): RequiredAction[] {
  const resource = arnOf(account, 'logs', `log-group:${groupName}:log-stream:${LOG_STREAM}`);
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    action,
    resource,
  }));
}
