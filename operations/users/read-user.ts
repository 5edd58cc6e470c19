import { type AttributeValue, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { bucketNaming, bucketOfUri, registrationIn } from '../deployed/user-bucket.ts';
import { URI_ATTRIBUTE } from '../deployed/users-table.ts';
import { type BucketView, viewBucket } from './bucket-view.ts';
import { type Part, part } from './part.ts';

export type Row = Readonly<Record<string, AttributeValue>>;

/** All that there is of one user. */
export interface UserView {
  readonly userId: string;
  readonly table: string;
  readonly userIdAttribute: string;
  /** All attributes of the row; `none` for a user without one. */
  readonly row: Part<Row>;
  /** The bucket that the row names; where it names none, the newest that is tagged as theirs. */
  readonly bucket: Part<BucketView>;
}

/** Reads a user's row and bucket; where a permission is missing for one, the other is read all the same. */
export async function readUser(on: OnStack, userId: string): Promise<UserView> {
  const { clients, stack } = on;
  const table = requireOutput(stack, 'UsersTableName');
  const userIdAttribute = requireOutput(stack, 'UserIdAttribute');
  const row = await part('dynamodb:GetItem', async () => {
    const Key = { [userIdAttribute]: { S: userId } };
    const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    return (await clients.of(DynamoDBClient).send(get)).Item;
  });
  if (row.kind === 'none') return { userId, table, userIdAttribute, row, bucket: row };
  const named = row.kind === 'set' ? bucketOfUri(row.value[URI_ATTRIBUTE]?.S ?? '') : undefined;
  const name: Part<string> = named === undefined ? await findByTag(on, userId) : { kind: 'set', value: named };
  const bucket: Part<BucketView> =
    name.kind === 'set' ? { kind: 'set', value: await viewBucket(clients.of(S3Client), name.value) } : name;
  return { userId, table, userIdAttribute, row, bucket };
}

function findByTag({ clients, stack }: OnStack, userId: string): Promise<Part<string>> {
  const naming = bucketNaming(stack);
  return part('tag:GetResources', async () => {
    const { ResourceTagMappingList = [] } = await clients.of(ResourceGroupsTaggingAPIClient).send(
      new GetResourcesCommand({
        ResourceTypeFilters: ['s3'],
        TagFilters: [{ Key: 'userIdSha256', Values: [userIdTag(userId)] }],
      }),
    );
    const [newest] = ResourceTagMappingList.map(({ ResourceARN = '' }) => ResourceARN.split(':').at(-1) ?? '')
      .map((name) => ({ name, registeredAt: registrationIn(name, userId, naming) ?? -1 }))
      .filter(({ registeredAt }) => registeredAt >= 0)
      .sort((a, b) => b.registeredAt - a.registeredAt);
    return newest?.name;
  });
}
