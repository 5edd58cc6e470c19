import { describe, expect, test } from '@jest/globals';
import { checkExpressionSizes } from '../../../../packages/local-engine/dynamodb/expression-size.ts';
import { makeTable, TableName } from '../support/table.ts';

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

  test('with so many inside each other that the parser would not come to an end is refused, for each call', async () => {
    const table = await makeTable();
    const deep = `${'NOT ('.repeat(200)}a = :a${')'.repeat(200)}`;
    const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } };
    for (const [operation, request] of [
      ['PutItem', { Item: { id: { S: 'a' } }, ConditionExpression: deep }],
      ['Scan', { FilterExpression: deep }],
      ['Query', { KeyConditionExpression: deep }],
    ] as const) {
      const call = table.dynamodb.handle(operation, { TableName, ...request, ...values });
      await expect(call).rejects.toEqual(refusal(/cannot read so many parentheses/));
    }
    await table.dynamodb.close();
  });
});
