import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from '../../operations/aws/aws-clients.ts';
import { ifFound, isDenied } from '../../operations/aws/aws-failure.ts';
import { describeArchive } from '../../operations/deployed/archive.ts';
import { messagesIn, readDepth } from '../../operations/deployed/queue-depth.ts';
import { listResources, type StackResource } from '../../operations/deployed/stack.ts';
import { queueName } from '../../operations/deployed/subscribers.ts';
import { bucketNaming } from '../../operations/deployed/user-bucket.ts';
import { readBucketName } from '../../services/bucket-service/bucket-name.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** A resource of a stack that holds data, and what happens to it when the stack is deleted. */
export interface DataHolder {
  readonly kind: 'table' | 'bus' | 'archive' | 'dead-letter queue' | 'queue' | 'log';
  /** Its name, or its physical id. */
  readonly name: string;
  readonly isKept: boolean;
  /** Whether DynamoDB refuses to delete this table. @default false */
  readonly isProtected?: boolean;
  /** Approximate number of rows, events or messages; undefined if unknown, or if the resource is gone. */
  readonly holds?: number;
}

const KINDS: Readonly<Record<string, DataHolder['kind']>> = {
  'AWS::DynamoDB::Table': 'table',
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Archive': 'archive',
  'AWS::SQS::Queue': 'queue',
  'AWS::Logs::LogGroup': 'log',
};

/** In the order in which they can be deleted: a bus goes after its archive. */
const ORDER: readonly DataHolder['kind'][] = ['table', 'archive', 'bus', 'queue', 'dead-letter queue', 'log'];

/** Rows of that page. */
const MOST_COUNTED = 1000;

/** The largest page. Source: S3 API reference, ListBuckets. */
const BUCKETS_PER_PAGE = 10_000;

/**
 * Everything of a stack that holds data. What happens to it is read from the deployed template, which may differ from this
 * checkout's.
 *
 * @param kinds which to read
 */
export async function readData(
  clients: AwsClients,
  { name }: DeployedStack,
  kinds: readonly DataHolder['kind'][] = ORDER,
): Promise<DataHolder[]> {
  const cloudformation = clients.of(CloudFormationClient);
  const [resources, { TemplateBody = '{}' }] = await Promise.all([
    listResources(cloudformation, name),
    cloudformation.send(new GetTemplateCommand({ StackName: name })),
  ]);
  const template: { Resources?: Readonly<Record<string, { DeletionPolicy?: string }>> } = JSON.parse(TemplateBody);
  const holders = resources.map(async (resource): Promise<DataHolder | undefined> => {
    const kind = kindOf(resource);
    if (kind === undefined || !kinds.includes(kind)) return undefined;
    const { holds, isProtected = false } = await readContent(clients, kind, resource.physicalId);
    return {
      kind,
      name: resource.type === 'AWS::SQS::Queue' ? queueName(resource.physicalId) : resource.physicalId,
      isKept: template.Resources?.[resource.logicalId]?.DeletionPolicy?.startsWith('Retain') ?? false,
      ...(isProtected && { isProtected }),
      ...(holds !== undefined && { holds }),
    };
  });
  const found = (await Promise.all(holders)).filter((holder) => holder !== undefined);
  return found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function kindOf({ type, logicalId }: StackResource): DataHolder['kind'] | undefined {
  const kind = KINDS[type];
  // The CDK's logical id of the queue in a construct DeadLetters.
  return kind === 'queue' && /DeadLettersQueue[0-9A-F]{8}$/.test(logicalId) ? 'dead-letter queue' : kind;
}

type Content = Pick<DataHolder, 'isProtected'> & { readonly holds?: number | undefined };

async function readContent(clients: AwsClients, kind: DataHolder['kind'], id: string): Promise<Content> {
  switch (kind) {
    case 'table':
      return readTableContent(clients.of(DynamoDBClient), id);
    case 'archive': {
      return { holds: (await describeArchive(clients.of(EventBridgeClient), id))?.events };
    }
    case 'queue':
    case 'dead-letter queue': {
      const depth = await readDepth(clients.of(SQSClient), id);
      return { holds: depth && messagesIn(depth) };
    }
    case 'bus':
    case 'log':
      return {};
  }
}

/**
 * DynamoDB counts rows about every six hours (API reference, TableDescription). So that a young table does not look empty, a
 * page of it is counted too, if that is allowed.
 */
async function readTableContent(client: DynamoDBClient, TableName: string): Promise<Content> {
  const answer = await ifFound(client.send(new DescribeTableCommand({ TableName })));
  if (answer?.Table === undefined) return {};
  const { ItemCount = 0, DeletionProtectionEnabled: isProtected = false } = answer.Table;
  try {
    const { Count = 0 } = await client.send(new ScanCommand({ TableName, Select: 'COUNT', Limit: MOST_COUNTED }));
    return { isProtected, holds: Math.max(ItemCount, Count) };
  } catch (error) {
    if (isDenied(error)) return { isProtected, holds: ItemCount > 0 ? ItemCount : undefined };
    throw error;
  }
}

/** The number of buckets with names like this stack's, in its account and Region; some may be of other stages. */
export async function countBuckets(clients: AwsClients, stack: DeployedStack): Promise<number> {
  const naming = bucketNaming(stack);
  const pages = paginateListBuckets(
    { client: clients.of(S3Client), pageSize: BUCKETS_PER_PAGE },
    { Prefix: naming.prefix },
  );
  let buckets = 0;
  for await (const { Buckets = [] } of pages) {
    // A global name does not say where its bucket is.
    buckets += Buckets.filter(
      ({ Name = '', BucketRegion = naming.region }) =>
        BucketRegion === naming.region && readBucketName(Name, naming) !== undefined,
    ).length;
  }
  return buckets;
}
