/** CloudWatch Logs: its API, and the lines that functions and pipes log. */

import type { Account } from '../core/account.ts';
import type { ServiceApi } from '../protocols/http.ts';
import { jsonService } from '../protocols/json-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { CloudWatchLogs } from './cloudwatch-logs.ts';
import type { LogGroups } from './log-groups.ts';

export {
  LOG_STREAM,
  type LogGroup,
  type LogGroups,
  type LogLine,
  type LogRange,
  logGroupName,
  logWriting,
} from './log-groups.ts';
export { LogLines } from './log-lines.ts';

export function logsApi({ account }: { readonly account: Account }, groups: LogGroups): ServiceApi {
  const logs = new CloudWatchLogs({ account, groups });
  const answer = (operation: string, request: Record<string, unknown>) => logs.handle(operation, request);
  return jsonService('1.1', answer, new RequestSchemas('@aws-sdk/client-cloudwatch-logs'));
}
