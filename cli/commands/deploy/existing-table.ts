import { DescribeTableCommand, DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import type { PipelineConfig } from '../../../cdk/config.ts';
import type { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { ifFound } from '../../../operations/aws/aws-failure.ts';
import type { Place } from '../../deployment/deployed-stack.ts';

/** Why the pipeline cannot use a table, and how to fix that. */
export interface TableProblem {
  readonly problem: string;
  readonly fix: string;
}

/** The view types of a stream: the pipe can work with all of them (decision 0018). Source: DynamoDB API, StreamSpecification. */
const VIEW_TYPES = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** The one that shows the least, for a stream without other readers. */
const LEAST_VIEW = 'KEYS_ONLY';

/** The config of a stage that uses an existing table. */
export type ExistingTableConfig = Required<Pick<PipelineConfig, 'existingTable'>> &
  Pick<PipelineConfig, 'userIdAttribute'>;

/** Undefined if there is no such table in the clients' account and Region. */
export async function readTable(
  clients: AwsClients,
  { existingTable }: ExistingTableConfig,
): Promise<TableDescription | undefined> {
  const TableName = existingTable.tableArn.split('/')[1];
  return (await ifFound(clients.of(DynamoDBClient).send(new DescribeTableCommand({ TableName }))))?.Table;
}

/** A pipe's source must be in the stack's account and Region. Checked first, since the table is then read there. */
export function findPlaceProblems({ existingTable }: ExistingTableConfig, { account, region }: Place): TableProblem[] {
  const [, , , ofRegion, ofAccount] = existingTable.tableArn.split(':');
  if (ofRegion === region && ofAccount === account) return [];
  return [
    {
      problem: `the table is in account ${ofAccount}, ${ofRegion}, and the stack would be in account ${account}, ${region}`,
      fix: 'set AWS_REGION and AWS_PROFILE to where the table is, or correct tableArn',
    },
  ];
}

/** What keeps the pipeline from working with a table. @param table undefined if it does not exist */
export function findKeyAndStreamProblems(
  { existingTable, userIdAttribute }: ExistingTableConfig,
  table: TableDescription | undefined,
): TableProblem[] {
  const { tableArn, tableStreamArn } = existingTable;
  if (table === undefined) {
    return [{ problem: `there is no table ${tableArn}`, fix: 'correct tableArn, or set AWS_PROFILE to its account' }];
  }
  return [...findKeyProblems(table, userIdAttribute), ...findStreamProblems(table, tableStreamArn)];
}

function findKeyProblems(
  { KeySchema = [], AttributeDefinitions = [] }: TableDescription,
  wanted: string,
): TableProblem[] {
  const key = KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const sortKey = KeySchema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === key)?.AttributeType;
  const another = 'use a table with one row per user, whose only key is a string';
  if (sortKey !== undefined) {
    return [{ problem: `the table has the sort key ${sortKey}: a user may have many rows in it`, fix: another }];
  }
  if (type !== 'S')
    return [{ problem: `the table's key ${key} is of the type ${type}, not a string (S)`, fix: another }];
  if (key === wanted) return [];
  return [
    {
      problem: `the table's key is ${key}, but userIdAttribute is ${wanted}: every user id would be empty`,
      fix: `write "userIdAttribute": ${JSON.stringify(key)} into the stage in cdk.json`,
    },
  ];
}

function findStreamProblems(
  { TableName = '', LatestStreamArn = '', StreamSpecification }: TableDescription,
  given: string,
): TableProblem[] {
  const update = `aws dynamodb update-table --table-name ${TableName} --stream-specification`;
  const enable = `${update} StreamEnabled=true,StreamViewType=${LEAST_VIEW}`;
  const describe = `aws dynamodb describe-table --table-name ${TableName} --query Table.LatestStreamArn --output text`;
  if (!StreamSpecification?.StreamEnabled) {
    return [
      {
        problem: 'the table has no stream: no new row would become an event',
        fix: `${enable}, then take tableStreamArn from: ${describe}`,
      },
    ];
  }
  if (LatestStreamArn !== given) {
    return [
      {
        problem: `${given} is no longer the table's stream: the stream was turned off since, or the table restored`,
        fix: `-c tableStreamArn=${LatestStreamArn}`,
      },
    ];
  }
  const view = StreamSpecification.StreamViewType ?? 'none';
  if (VIEW_TYPES.includes(view)) return [];
  return [
    {
      problem: `the stream shows ${view}, which this version does not support; it supports ${VIEW_TYPES.join(', ')}`,
      fix:
        'the view of a stream cannot be changed, so turn it off and on again, which its other readers must follow: ' +
        `${update} StreamEnabled=false, then: ${enable}, then take tableStreamArn from: ${describe}`,
    },
  ];
}
