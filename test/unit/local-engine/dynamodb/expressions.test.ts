import { describe, expect, test } from '@jest/globals';
import {
  attributeNames,
  checkExpressionSizes,
  queriedKey,
} from '../../../../packages/local-engine/dynamodb/expressions.ts';
import { makeTable, TableName } from '../support/table.ts';

describe('the top-level attributes that a request names', () => {
  test.each([
    { request: { Key: { userId: { S: 'a' } } }, names: ['userId'] },
    { request: { Item: { userId: { S: 'a' }, email: { S: 'b' } } }, names: ['userId', 'email'] },
    { request: { UpdateExpression: 'SET uri = :uri, #u = :url REMOVE old' }, names: ['uri', '#u', 'old'] },
    { request: { UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one ADD seen :one' }, names: ['n', 'seen'] },
    { request: { UpdateExpression: 'SET list[3] = :x, map.inner.#deep = :y' }, names: ['list', 'map'] },
    { request: { UpdateExpression: 'SET tags = list_append(tags, :more)' }, names: ['tags'] },
    {
      request: { ConditionExpression: 'attribute_exists(userId) AND (attribute_not_exists (uri) OR uri = :uri)' },
      names: ['userId', 'uri'],
    },
    { request: { ConditionExpression: 'NOT a IN (:x, :y) and size(b) BETWEEN :x AND :y' }, names: ['a', 'b'] },
    { request: { FilterExpression: 'begins_with(name, :p) or contains(#t, :q)' }, names: ['name', '#t'] },
    { request: { ProjectionExpression: 'userId, profile.address, list[0]' }, names: ['userId', 'profile', 'list'] },
    { request: { KeyConditionExpression: 'userId = :id AND at > :since' }, names: ['userId', 'at'] },
    { request: { AttributesToGet: ['a', 'b.c', 'd[1]'] }, names: ['a', 'b', 'd'] },
    { request: { Expected: { a: {} }, AttributeUpdates: { b: {} }, QueryFilter: { c: {} } }, names: ['b', 'a', 'c'] },
    { request: {}, names: [] },
  ])('given $request, they are $names', ({ request, names }) => {
    expect(attributeNames(request).sort()).toEqual([...names].sort());
  });

  test('given placeholders, they are what these stand for', () => {
    const request = { UpdateExpression: 'SET #a.#b = :v', ExpressionAttributeNames: { '#a': 'uri', '#b': 'inner' } };
    expect(attributeNames(request)).toEqual(['uri']);
  });
});

describe('the partition key that a query names', () => {
  const values = { ExpressionAttributeValues: { ':id': { S: 'ji' }, ':at': { N: '1' } } };

  test.each([
    { KeyConditionExpression: 'userId = :id' },
    { KeyConditionExpression: ':id = userId' },
    { KeyConditionExpression: 'at = :at AND userId=:id' },
    { KeyConditionExpression: '#k = :id', ExpressionAttributeNames: { '#k': 'userId' } },
    { KeyConditions: { userId: { AttributeValueList: [{ S: 'ji' }] } } },
  ])('given %j, it is found', (request) => {
    expect(queriedKey({ ...values, ...request }, 'userId')).toEqual({ S: 'ji' });
  });

  test('given none, it is not', () => {
    expect(queriedKey({ ...values, KeyConditionExpression: 'at = :at' }, 'userId')).toBeUndefined();
  });
});

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'ValidationException', message: expect.stringMatching(message) });

describe('an expression', () => {
  test('of more than 4 KB is refused in the words of DynamoDB', () => {
    const UpdateExpression = `SET a = :${'é'.repeat(2048)}`;
    const words =
      /^Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 4105$/;
    expect(() => checkExpressionSizes({ UpdateExpression })).toThrow(refusal(words));
  });

  test('with parentheses as people write them is read', () => {
    const FilterExpression =
      '(a = :a AND (b = :b OR NOT (contains(c, :c) AND (d IN (:d, :e) OR size(f) > :g)))) OR h = :h';
    expect(() => checkExpressionSizes({ FilterExpression, Item: {}, ConditionExpression: undefined })).not.toThrow();
  });

  test('nested so deeply that the parser would not come to an end is refused, for each call', async () => {
    const table = await makeTable();
    const deep = `${'NOT ('.repeat(200)}a = :a${')'.repeat(200)}`;
    const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } };
    for (const [operation, request] of [
      ['PutItem', { Item: { id: { S: 'a' } }, ConditionExpression: deep }],
      ['Scan', { FilterExpression: deep }],
      ['Query', { KeyConditionExpression: deep }],
    ] as const) {
      const call = table.dynamodb.handle(operation, { TableName, ...request, ...values });
      await expect(call).rejects.toEqual(refusal(/cannot read parentheses that are nested so deeply/));
    }
  });
});
