import { isDeepStrictEqual } from 'node:util';
import { localAccount } from '../../../packages/local-engine/core/account.ts';
import { AwsError } from '../../../packages/local-engine/core/aws-error.ts';
import { DynamoDb } from '../../../packages/local-engine/dynamodb/dynamodb.ts';
import { Storage } from '../../../packages/local-engine/storage/storage.ts';
import type { Mutator } from '../mutator.ts';
import { type FuzzTarget, problemOf } from '../target.ts';

const TABLE = 'users';
const KEY = { id: { S: 'a' } };
const ITEM = {
  ...KEY,
  n: { N: '1' },
  s: { S: 'text' },
  l: { L: [{ N: '1' }, { M: { x: { S: 'y' } } }] },
  m: { M: { a: { M: { b: { NULL: true } } } } },
  set: { SS: ['a', 'b'] },
};
const NAMES = { '#n': 'n', '#l': 'l', '#x': 'a.b', '#r': 'size' };
const VALUES = {
  ':n': { N: '5' },
  ':s': { S: 'te' },
  ':l': { L: [{ S: 'q' }] },
  ':t': { S: 'S' },
  ':set': { SS: ['b'] },
};
const PATHS = ['n', 's', 'l', 'l[0]', 'l[1].x', 'm.a.b', '#n', '#l[1].x', 'set', '#x', 'id', 'none.none', '#r'];
const OPERANDS = [...PATHS, ...Object.keys(VALUES), 'size(s)', 'size(#l)', 'if_not_exists(n, :n)'];
const KINDS = ['put', 'update', 'delete', 'query', 'scan', 'get'] as const;

interface ExpressionInput {
  readonly kind: (typeof KINDS)[number];
  readonly condition: string;
  readonly update: string;
  readonly projection: string;
  readonly names: object;
  readonly values: object;
}

/** Expressions of DynamoDB, on a row that a refused call must not change. */
export const expressions: FuzzTarget = {
  name: 'expressions',
  share: 9,
  start: async () => {
    const storage = new Storage();
    const dynamodb = new DynamoDb(localAccount('ap-northeast-1', '123456789012'), storage);
    await dynamodb.createTable({
      name: TABLE,
      keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
      pointInTimeRecovery: true,
    });
    return {
      generate: made,
      check: (input) => problemWith(dynamodb, input as Partial<ExpressionInput>),
      stop: async () => storage.close(),
    };
  },
};

function made(mutator: Mutator): ExpressionInput {
  const changed = (text: string) => (mutator.chance(3) ? mutator.text(text) : text);
  const clauses = mutator.many(1, 2, () => clause(mutator)).join(' ');
  return {
    kind: mutator.pick(KINDS),
    condition: changed(condition(mutator, 0)),
    update: changed(clauses),
    projection: changed(mutator.many(1, 3, () => mutator.pick(PATHS)).join(', ')),
    names: mutator.chance(4) ? (mutator.value(NAMES) as object) : NAMES,
    values: mutator.chance(3) ? (mutator.value(VALUES) as object) : VALUES,
  };
}

function condition(mutator: Mutator, level: number): string {
  const [a, b] = [mutator.pick(OPERANDS), mutator.pick(OPERANDS)];
  if (mutator.chance(200)) return `${'('.repeat(1500)}n = :n${')'.repeat(1500)}`;
  if (level < 4 && mutator.chance(3)) {
    const [one, two] = [condition(mutator, level + 1), condition(mutator, level + 1)];
    return mutator.pick([`(${one}) AND ${two}`, `${one} OR ${two}`, `NOT ${one}`, `NOT (${two})`]);
  }
  return mutator.pick([
    `${a} = ${b}`,
    `${a} <> ${b}`,
    `${a} < ${b}`,
    `${a} >= ${b}`,
    `${a} BETWEEN ${b} AND :n`,
    `${a} IN (${b}, :s)`,
    `attribute_exists(${a})`,
    `attribute_not_exists(${a})`,
    `attribute_type(${a}, :t)`,
    `begins_with(${a}, ${b})`,
    `contains(${a}, ${b})`,
    'id = :s',
  ]);
}

function clause(mutator: Mutator): string {
  const [path, operand, value] = [mutator.pick(PATHS), mutator.pick(OPERANDS), mutator.pick(Object.keys(VALUES))];
  return mutator.pick([
    `SET ${path} = ${operand}`,
    `SET ${path} = ${operand} + ${value}, none = :s`,
    `SET ${path} = list_append(${operand}, :l)`,
    `REMOVE ${path}, ${mutator.pick(PATHS)}`,
    `ADD ${path} ${value}`,
    `DELETE ${path} ${value}`,
  ]);
}

async function problemWith(dynamodb: DynamoDb, input: Partial<ExpressionInput>): Promise<string | undefined> {
  const { kind = 'get', condition = '', update = '', projection = '', names = NAMES, values = VALUES } = input;
  const place = { TableName: TABLE, ExpressionAttributeNames: names, ExpressionAttributeValues: values };
  const calls: Readonly<Record<string, readonly [operation: string, members: object]>> = {
    put: ['PutItem', { Item: { ...KEY, n: { N: '2' } }, ConditionExpression: condition }],
    update: [
      'UpdateItem',
      { Key: KEY, UpdateExpression: update, ConditionExpression: condition, ReturnValues: 'ALL_NEW' },
    ],
    delete: ['DeleteItem', { Key: KEY, ConditionExpression: condition }],
    query: ['Query', { KeyConditionExpression: condition, ProjectionExpression: projection }],
    scan: ['Scan', { FilterExpression: condition, ProjectionExpression: projection }],
    get: ['GetItem', { Key: KEY, ProjectionExpression: projection }],
  };
  const [operation, members] = calls[kind] ?? ['GetItem', { Key: KEY }];
  await dynamodb.handle('PutItem', { TableName: TABLE, Item: structuredClone(ITEM) });
  try {
    await dynamodb.handle(operation, JSON.parse(JSON.stringify({ ...place, ...members })));
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) return problemOf(error);
    const { Item } = (await dynamodb.handle('GetItem', { TableName: TABLE, Key: KEY })) as { Item?: unknown };
    return isDeepStrictEqual(Item, ITEM)
      ? undefined
      : `the row is ${JSON.stringify(Item)} after ${error.code}: ${error.message}`;
  }
}
