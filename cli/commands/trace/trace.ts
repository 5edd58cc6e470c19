import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { listResources } from '../../../operations/deployed/stack-resources.ts';
import { UsersTable } from '../../../operations/deployed/users-table.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { formatTime, parseTime } from '../../../operations/time/time.ts';
import { searchLogsOf } from '../../../operations/trace/log-search.ts';
import { readTrace } from '../../../operations/trace/read-trace.ts';
import { checkUserIds } from '../../../operations/users/index.ts';
import { jsonLine, print } from '../../output/output.ts';
import { noTraceText, traceJson, traceText } from './trace-text.ts';

export interface TraceOptions extends TargetOptions {
  /** A time, as a person gives it. @default - as far back as there are logs */
  readonly since?: string;
  readonly json?: boolean;
}

/**
 * Shows what became of a user's registrations, hop by hop.
 * @throws UsageError before any call; CommandFailure if nothing is known of the user
 */
export async function trace(userId: string, options: TraceOptions): Promise<void> {
  checkUserIds([userId]);
  const from = earliestOf(options, Date.now());
  await onStack(options, (on) => run(userId, from, options, on));
}

/** @throws UsageError for a time that cannot be read or is still to come */
function earliestOf({ since }: TraceOptions, now: number): number {
  if (since === undefined) return 0;
  const from = parseTime(since, now, '--since');
  if (from > now) throw new UsageError(`--since is still to come: ${formatTime(from)}; it is ${formatTime(now)} now`);
  return from;
}

async function run(
  userId: string,
  from: number,
  options: TraceOptions,
  { target, clients, stack }: OnStack,
): Promise<void> {
  const table = new UsersTable(clients.of(DynamoDBClient), stack);
  const [row, resources] = await Promise.all([
    table.find(userId),
    listResources(clients.of(CloudFormationClient), stack.name),
  ]);
  const search = searchLogsOf(clients.of(CloudWatchLogsClient));
  const user = { userId, userIdAttribute: table.userIdAttribute };
  const found = await readTrace(search, { user, from, stack, resources, isLocal: 'endpoint' in target });
  const told = { userId, row, ...found };
  const commandOf = (words: string) => pipelineCommand(words, options);
  if (found.registrations.length === 0) throw new CommandFailure(noTraceText(told, from, commandOf));
  print(options.json ? jsonLine(traceJson(told, commandOf)) : traceText(told, { now: Date.now(), commandOf }));
}
