import { arnOf } from '../core/account.ts';
import type { ActionsOf, CallPlace, RequiredAction } from '../iam/access.ts';
import { jsonBody } from '../protocols/json-protocol.ts';
import type { KeySchema } from './dynamodb-stream.ts';
import { attributeNames, type ItemRequest, queriedKey } from './expressions.ts';
import type { TableDefinition } from './stored-tables.ts';

type Operation = (request: ItemRequest, place: CallPlace) => RequiredAction[];

/** Operations on one table, whose action has the name of the operation. */
const ON_A_TABLE = [
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'UpdateTable',
];

/** The actions behind the members of a transaction. */
const TRANSACTED: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...ON_A_TABLE.map((name): [string, Operation] => [name, (request, place) => onTable(name, request, place)]),
  ['ListTables', () => [{ action: 'dynamodb:ListTables', resource: '*' }]],
  ['ListTagsOfResource', ({ ResourceArn }) => [onArn('ListTagsOfResource', ResourceArn)]],
  ['BatchGetItem', batchGet],
  ['BatchWriteItem', batchWrite],
  ['TransactGetItems', transact],
  ['TransactWriteItems', transact],
  // On AWS no stream can be named for it: only `*` allows it.
  ['ListStreams', () => [{ action: 'dynamodb:ListStreams', resource: '*' }]],
  ['DescribeStream', ({ StreamArn }) => [onArn('DescribeStream', StreamArn)]],
  ['GetShardIterator', ({ StreamArn }) => [onArn('GetShardIterator', StreamArn)]],
]);

/** Source: Service authorization reference, Amazon DynamoDB; developer guide, fine-grained access control. */
export const dynamoDbActions: ActionsOf = (operation, request, place) =>
  OPERATIONS.get(operation)?.(jsonBody(request), place);

function onArn(name: string, arn: unknown): RequiredAction {
  return { action: `dynamodb:${name}`, resource: String(arn) };
}

/**
 * Once for each value that the request gives to `dynamodb:ReturnValues`: a policy must allow all of them.
 */
function onTable(name: string, request: ItemRequest, place: CallPlace, requests = [request]): RequiredAction[] {
  const table = String(request.TableName ?? '');
  const tableArn = table.startsWith('arn:') ? table : arnOf(place.account, 'dynamodb', `table/${table}`);
  const index = request.IndexName === undefined ? undefined : String(request.IndexName);
  const keysOfRequest = () => {
    const partitionKey = place.partitionKeyOf(table.split('/').at(-1) ?? '', index);
    const attributes = [...new Set(requests.flatMap(attributeNames))];
    const keys = requests.flatMap((one) => leadingKey(one, partitionKey));
    return {
      'dynamodb:attributes': attributes.length > 0 ? attributes : undefined,
      'dynamodb:leadingkeys': keys.length > 0 ? keys : undefined,
      'dynamodb:select': text(request.Select),
    };
  };
  return returnedValues(request).map((value) => ({
    action: `dynamodb:${name}`,
    resource: index === undefined ? tableArn : `${tableArn}/index/${index}`,
    context: () => ({ ...keysOfRequest(), 'dynamodb:returnvalues': value }),
  }));
}

/**
 * What a request asks to be answered with, if it succeeds and if its condition fails; undefined if it says neither. In
 * transactions the second counts in `dynamodb:ReturnValues`, as recorded on AWS on 2026-09-25. Whether it does in a single
 * call is not known; here it does, so that a policy that works here works there.
 */
function returnedValues({ ReturnValues, ReturnValuesOnConditionCheckFailure }: ItemRequest): (string | undefined)[] {
  const values = [ReturnValues, ReturnValuesOnConditionCheckFailure].map(text).filter((value) => value !== undefined);
  return values.length === 0 ? [undefined] : [...new Set(values)];
}

/** The value of the partition key, as text. */
function leadingKey(request: ItemRequest, partitionKey: string | undefined): string[] {
  if (partitionKey === undefined) return [];
  const { Key, Item } = request as Record<string, Readonly<Record<string, unknown>> | undefined>;
  const value = (Key ?? Item)?.[partitionKey] ?? queriedKey(request, partitionKey);
  return value === undefined ? [] : Object.values(value as object).map(String);
}

function batchGet({ RequestItems = {} }: ItemRequest, place: CallPlace): RequiredAction[] {
  return Object.entries(RequestItems as Record<string, ItemRequest>).flatMap(([TableName, { Keys = [], ...rest }]) => {
    const requests = (Keys as readonly object[]).map((Key) => ({ ...rest, Key }));
    return onTable('BatchGetItem', { TableName }, place, requests);
  });
}

function batchWrite({ RequestItems = {} }: ItemRequest, place: CallPlace): RequiredAction[] {
  return Object.entries(RequestItems as Record<string, readonly Record<string, ItemRequest>[]>).flatMap(
    ([TableName, writes]) => onTable('BatchWriteItem', { TableName }, place, writes.flatMap(Object.values)),
  );
}

function transact({ TransactItems = [] }: ItemRequest, place: CallPlace): RequiredAction[] {
  return (TransactItems as readonly Record<string, ItemRequest>[]).flatMap((item) =>
    Object.entries(item).flatMap(([kind, request]) => onTable(TRANSACTED[kind] ?? kind, request, place)),
  );
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

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
