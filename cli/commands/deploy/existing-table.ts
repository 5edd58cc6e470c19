import { DescribeTableCommand, DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import type { PipelineConfig } from '../../../cdk/config.ts';
import type { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { ifFound } from '../../../operations/aws/not-found.ts';
import type { Place } from '../../deployment/deployed-stack.ts';

/** Why a table cannot be the source of sign-ups, and what mends that. */
export interface TableProblem {
  readonly problem: string;
  readonly mend: string;
}

/** The view types of a stream: the pipe can work with all of them (decision 0018). Source: DynamoDB API, StreamSpecification. */
const VIEW_TYPES = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** The one that shows a reader the least, for a stream that nobody else reads yet. */
const LEAST_VIEW = 'KEYS_ONLY';

/** The config of a stage that uses a table which is there already. */
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

/** Whether a table lies where the stack would be, as a pipe's source must; to be known before it is read there. */
export function judgePlace({ existingTable }: ExistingTableConfig, { account, region }: Place): TableProblem[] {
  const [, , , ofRegion, ofAccount] = existingTable.tableArn.split(':');
  if (ofRegion === region && ofAccount === account) return [];
  return [
    {
      problem: `the table is in account ${ofAccount}, ${ofRegion}, and the stack would be in account ${account}, ${region}`,
      mend: 'set AWS_REGION and AWS_PROFILE to where the table is, or correct tableArn',
    },
  ];
}

/**
 * What would keep the pipeline from working with a table, each with its mend; empty if nothing would. Synthesis asks nobody, so
 * this is where it shows.
 *
 * @param table undefined if there is none
 */
export function judgeTable(
  { existingTable, userIdAttribute }: ExistingTableConfig,
  table: TableDescription | undefined,
): TableProblem[] {
  const { tableArn, tableStreamArn } = existingTable;
  if (table === undefined) {
    return [{ problem: `there is no table ${tableArn}`, mend: 'correct tableArn, or set AWS_PROFILE to its account' }];
  }
  return [...judgeKey(table, userIdAttribute), ...judgeStream(table, tableStreamArn)];
}

function judgeKey({ KeySchema = [], AttributeDefinitions = [] }: TableDescription, wanted: string): TableProblem[] {
  const key = KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
  const sortKey = KeySchema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === key)?.AttributeType;
  const another = 'a table of one row per user is needed, whose only key is a string; put one before the pipeline';
  if (sortKey !== undefined) {
    return [{ problem: `the table has the sort key ${sortKey}: a user may have many rows in it`, mend: another }];
  }
  if (type !== 'S')
    return [{ problem: `the table's key ${key} is of the type ${type}, not a string (S)`, mend: another }];
  if (key === wanted) return [];
  return [
    {
      problem: `the table's key is ${key}, and userIdAttribute is ${wanted}: every user id would be empty`,
      mend: `write "userIdAttribute": ${JSON.stringify(key)} into the stage in cdk.json`,
    },
  ];
}

function judgeStream(
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
        mend: `${enable}, then take tableStreamArn from: ${describe}`,
      },
    ];
  }
  if (LatestStreamArn !== given) {
    return [
      {
        problem: `${given} is not the table's stream now: it is of a time before the stream was turned off, or the table restored`,
        mend: `-c tableStreamArn=${LatestStreamArn}`,
      },
    ];
  }
  const view = StreamSpecification.StreamViewType ?? 'none';
  if (VIEW_TYPES.includes(view)) return [];
  return [
    {
      problem: `the stream shows ${view}, which this version does not know; it knows ${VIEW_TYPES.join(', ')}`,
      mend:
        'a stream cannot be given another view, and its other readers must move with it: ' +
        `${update} StreamEnabled=false, then: ${enable}, then take tableStreamArn from: ${describe}`,
    },
  ];
}
