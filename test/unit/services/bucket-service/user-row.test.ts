import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { userRows } from '../../../../services/bucket-service/user-row.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { makeTable, TableName } from '../../local-engine/support/table.ts';
import { networkError, serviceError } from '../service-errors.ts';

const TABLE = { tableName: TableName, userIdAttribute: 'id' };

/** Reads the row of `test4` from a table with these rows. */
async function read(...rows: readonly object[]) {
  const { dynamodb } = await makeTable();
  for (const Item of rows) await dynamodb.handle('PutItem', { TableName, Item });
  const inputs: object[] = [];
  const send = ({ input }: { input: object }) => {
    inputs.push(input);
    return dynamodb.handle('GetItem', { ...input });
  };
  const row = await userRows({ send } as unknown as DynamoDBClient, TABLE)('test4');
  return { row, inputs };
}

describe("a user's row", () => {
  it('tells which bucket it names, and nothing else of it', async () => {
    const { row } = await read({
      id: { S: 'test4' },
      s3_bucket_uri: { S: 's3://siutest4' },
      mail: { S: 'jane@example.com' },
    });
    expect(row).toStrictEqual({ uri: 's3://siutest4' });
  });

  it('that names none is there all the same', async () => {
    expect((await read({ id: { S: 'test4' } })).row).toStrictEqual({});
  });

  it('of another user is not theirs', async () => {
    expect((await read({ id: { S: 'test5' } })).row).toBeUndefined();
  });

  it('is read as it is now, without what it says about the person', async () => {
    const { inputs } = await read();
    expect(inputs).toEqual([
      expect.objectContaining({ ConsistentRead: true, ProjectionExpression: expect.not.stringContaining('mail') }),
    ]);
  });

  it.each([
    ['AccessDeniedException', serviceError('AccessDeniedException', 400), PermanentError, /dynamodb:GetItem/],
    ['ThrottlingException', serviceError('ThrottlingException', 400), RetryableError, /nothing to do/],
    ['ECONNRESET', networkError('ECONNRESET'), RetryableError, /nothing to do/],
  ])('that could not be read because of %s is not taken for gone', async (code, cause, type, hint) => {
    const send = () => Promise.reject(cause);
    const thrown = await userRows({ send } as unknown as DynamoDBClient, TABLE)('test4').catch((error) => error);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({
      message: expect.stringMatching(`^the user's row could not be read, ${code}`),
      hint: expect.stringMatching(hint),
      cause,
      userId: 'test4',
    });
  });
});
