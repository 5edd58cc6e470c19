import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DescribePipeCommandOutput } from '@aws-sdk/client-pipes';
import { ifFound } from '../aws/aws-failure.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';
import type { PipeOfRows } from './deployed.ts';
import { repairCommand } from './repair.ts';

/** Whether the last deployment succeeded. */
export const stackStatus: Check = {
  name: 'stack',
  async run({ deployed: { clients, stack }, fixes }) {
    const { Stacks = [] } = await clients
      .of(CloudFormationClient)
      .send(new DescribeStacksCommand({ StackName: stack.name }));
    const { StackStatus, StackStatusReason: reason } = Stacks[0] ?? {};
    return [stackFinding({ name: stack.name, status: StackStatus || 'unknown', ...(reason && { reason }) }, fixes)];
  },
};

/** @param stack its status as CloudFormation has it (user guide, stack status codes), such as `UPDATE_COMPLETE` */
export function stackFinding(
  { name, status, reason }: { readonly name: string; readonly status: string; readonly reason?: string },
  fixes: FixCommands,
): HealthFinding {
  const { ok, warning, problem } = findingsAbout(stackStatus.name, name);
  const detail = reason === undefined ? status : `${status}: ${reason}`;
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status)) return ok(detail);
  if (status.endsWith('_IN_PROGRESS')) {
    return warning(detail, `wait until that is done, then: ${fixes.pipeline('doctor')}`);
  }
  if (['UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'].includes(status)) {
    return warning(`${detail}: the last deployment failed, and the version before it runs`, fixes.deploy());
  }
  const events = fixes.aws(`cloudformation describe-stack-events --stack-name ${name} --max-items 20`);
  return problem(detail, `see what failed: ${events}`);
}

/** A pipe as DescribePipe has it. */
export interface PipeFacts {
  readonly name: string;
  /** Undefined if the pipe does not exist. */
  readonly state: { readonly current: string; readonly desired: string; readonly reason?: string } | undefined;
  /** What it makes events of. @default 'new rows' */
  readonly rows?: PipeOfRows['rows'];
}

/** Whether rows become events. */
export const pipeState: Check = {
  name: 'pipe',
  async run({ deployed, fixes }) {
    const pipes = await deployed.pipes();
    return pipes.map(({ name, rows, found }) => pipeFinding({ name, rows, state: stateOf(found) }, fixes));
  },
};

function stateOf(pipe: DescribePipeCommandOutput | undefined): PipeFacts['state'] {
  if (pipe === undefined) return undefined;
  const { StateReason: reason, CurrentState, DesiredState } = pipe;
  return {
    current: CurrentState || 'unknown',
    desired: DesiredState || 'unknown',
    ...(reason !== undefined && { reason }),
  };
}

/** Source: EventBridge Pipes API reference, DescribePipe. */
export function pipeFinding({ name, state, rows = 'new rows' }: PipeFacts, fixes: FixCommands): HealthFinding {
  const { ok, warning, problem, repairable } = findingsAbout(pipeState.name, name);
  if (state === undefined) return problem(`it does not exist: ${rows} do not become events`, fixes.recreate());
  const { current, desired } = state;
  if (current === 'RUNNING' && desired === 'RUNNING') return ok('it runs');
  const reason = state.reason && !isByUser(state.reason) ? state.reason : undefined;
  const why = reason === undefined ? '' : `: ${reason}`;
  if (['CREATING', 'UPDATING', 'STARTING'].includes(current)) {
    return warning(`it does not run yet: it is ${current}${why}`, `wait a minute, then: ${fixes.pipeline('doctor')}`);
  }
  const detail = `it is ${current}${why}; ${rows} wait in the stream, which keeps them for 24 hours`;
  const start = { does: 'start-pipe', pipe: name } as const;
  if (reason === undefined) return repairable(detail, start, fixes);
  return problem(detail, `fix that, then: ${fixes.aws(repairCommand(start))}`);
}

/**
 * Whether the reason for a pipe's state says only that a user asked for it: then nothing has failed. DescribePipe answered
 * `USER_INITIATED` and `User initiated`.
 */
function isByUser(reason: string): boolean {
  return /^user[\s_-]*initiated\.?$/i.test(reason.trim());
}

/** The users table and its stream, and what the pipes read. */
export interface StreamFacts {
  readonly tableName: string;
  /** Undefined if the table does not exist. */
  readonly table: { readonly arn: string; readonly streamArn?: string; readonly viewType?: string } | undefined;
  /** The streams that the pipes read. None of a pipe that was deleted. */
  readonly sources: readonly { readonly rows: PipeOfRows['rows']; readonly arn: string }[];
}

/** Whether the table has a stream, and each pipe reads it. */
export const stream: Check = {
  name: 'stream',
  async run({ deployed, fixes }) {
    const tableName = deployed.output('UsersTableName');
    const described = deployed.clients.of(DynamoDBClient).send(new DescribeTableCommand({ TableName: tableName }));
    const [answer, pipes] = await Promise.all([ifFound(described), deployed.pipes()]);
    const { TableArn: arn = '', LatestStreamArn, StreamSpecification } = answer?.Table ?? {};
    const current =
      StreamSpecification?.StreamEnabled && LatestStreamArn
        ? { streamArn: LatestStreamArn, viewType: StreamSpecification.StreamViewType || 'of an unknown view' }
        : {};
    const table = answer && { arn, ...current };
    const sources = pipes.flatMap(({ rows, found }) => (found?.Source ? [{ rows, arn: found.Source }] : []));
    return [streamFinding({ tableName, table, sources }, fixes)];
  },
};

/** The event needs only the row's key, which every view type has. */
export function streamFinding({ tableName, table, sources }: StreamFacts, fixes: FixCommands): HealthFinding {
  const { ok, problem } = findingsAbout(stream.name, tableName);
  if (table === undefined) {
    return problem(
      'the table does not exist',
      'restore it, as the runbook says under "The table was restored and has a new stream"',
    );
  }
  const { arn, streamArn, viewType } = table;
  if (streamArn === undefined) {
    const enable = fixes.aws(
      `dynamodb update-table --table-name ${tableName} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`,
    );
    return problem(
      'the table has no stream: new rows do not become events. A new stream has a new ARN, which the pipe must get',
      `${enable}, then: ${fixes.pipeline('doctor')}`,
    );
  }
  const stale = sources.filter((source) => source.arn !== streamArn);
  const [first] = stale;
  if (first === undefined) {
    return ok(`${['the table has one', 'the pipe reads it', 'both pipes read it'][sources.length]} (${viewType})`);
  }
  // The source of a pipe cannot be changed: a deployment replaces the pipe.
  const deploy = fixes.deploy({ tableArn: arn, tableStreamArn: streamArn });
  const rows = stale.map((source) => source.rows);
  const of = rows.length === 1 ? `the pipe of ${rows[0]} reads` : `the pipes of ${rows.join(' and of ')} read`;
  const reading = sources.length === 1 ? 'the pipe reads' : of;
  return problem(
    `${reading} ${first.arn}, which is no longer the table's stream: ${rows.join(' and ')} do not become events`,
    `${deploy} (in a stage with removalPolicy destroy, set that to retain and deploy first), then: ${fixes.pipeline('reconcile --fix')}`,
  );
}
