import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ifFound } from '../aws/not-found.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'stream';

/** The users table and its stream, and what the pipe reads. */
export interface SourceFacts {
  readonly tableName: string;
  /** Undefined if there is no such table. */
  readonly table: { readonly arn: string; readonly streamArn?: string; readonly viewType?: string } | undefined;
  /** The stream that the pipe reads; undefined if there is no pipe. */
  readonly pipeSource: string | undefined;
}

/** Whether the table has a stream, and the pipe reads that one. */
export const pipeSource: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const tableName = deployed.output('UsersTableName');
    const described = deployed.clients.of(DynamoDBClient).send(new DescribeTableCommand({ TableName: tableName }));
    const [answer, pipe] = await Promise.all([ifFound(described), deployed.pipe()]);
    const { TableArn: arn = '', LatestStreamArn, StreamSpecification } = answer?.Table ?? {};
    const stream =
      StreamSpecification?.StreamEnabled && LatestStreamArn
        ? { streamArn: LatestStreamArn, viewType: StreamSpecification.StreamViewType || 'of no known view' }
        : {};
    const table = answer && { arn, ...stream };
    return [judgeSource({ tableName, table, pipeSource: pipe?.Source || undefined }, mends)];
  },
};

/** The event is made of the row's key, which every view type has. */
export function judgeSource({ tableName: subject, table, pipeSource }: SourceFacts, mends: Mends): Finding {
  const about = { check: NAME, subject };
  if (table === undefined) {
    const mend = 'restore it, as the runbook says under "The table was restored and has a new stream"';
    return { ...about, status: 'problem', detail: 'there is no such table', mend };
  }
  const { arn, streamArn, viewType } = table;
  if (streamArn === undefined) {
    const enable = `dynamodb update-table --table-name ${subject} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`;
    const detail = 'it has no stream: no new row becomes an event. A new stream has a new ARN, which the pipe must get';
    return { ...about, status: 'problem', detail, mend: `${mends.aws(enable)}, then: ${mends.pipeline('doctor')}` };
  }
  if (pipeSource === undefined || pipeSource === streamArn) {
    const detail = pipeSource === undefined ? `it has one (${viewType})` : `the pipe reads it (${viewType})`;
    return { ...about, status: 'ok', detail };
  }
  return {
    ...about,
    status: 'problem',
    detail: `the pipe reads ${pipeSource}, which is not the stream of the table now: no new row becomes an event`,
    // The pipe's source cannot be changed: a deployment replaces the pipe.
    mend: `${mends.deploy({ tableArn: arn, tableStreamArn: streamArn })} (in a stage with removalPolicy destroy, set that to retain and deploy first), then: ${mends.pipeline('reconcile --fix')}`,
  };
}
