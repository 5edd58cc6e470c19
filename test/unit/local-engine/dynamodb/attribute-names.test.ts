import { describe, expect, test } from '@jest/globals';
import { attributeNames, queriedKey } from '../../../../packages/local-engine/dynamodb/attribute-names.ts';

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
