import type { TableDefinition } from './dynamodb.ts';
import type { KeySchema } from './dynamodb-stream.ts';

type Keys = Pick<TableDefinition, 'keySchema' | 'globalSecondaryIndexes'>;

/** Name of the partition key of a table, or of one of its global indexes; undefined if it has no such index. */
export function partitionKeyOf(
  { keySchema, globalSecondaryIndexes = [] }: Keys,
  indexName?: string,
): string | undefined {
  const indexes = globalSecondaryIndexes as readonly { readonly IndexName: string; readonly KeySchema: KeySchema }[];
  const schema =
    indexName === undefined ? keySchema : indexes.find(({ IndexName }) => IndexName === indexName)?.KeySchema;
  return schema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
}
