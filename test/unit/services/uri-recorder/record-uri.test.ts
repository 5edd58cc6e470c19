import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { recordUri, registrationWait, uriUpdate } from '../../../../services/uri-recorder/record-uri.ts';
import { usersTable } from '../../../../services/uri-recorder/users-table.ts';
import { makeTable, TableName } from '../../local-engine/support/table.ts';
import { createdBucket } from '../registrations.ts';
import { networkError, serviceError } from '../service-errors.ts';

const TABLE = { tableName: 'users', userIdAttribute: 'userId' };

/** Records `test4`'s bucket in a table that answers with success, or with that error. */
async function record(error?: Error, answer: object = {}): Promise<unknown> {
  const send = async () => {
    if (error) throw error;
    return answer;
  };
  const effects = usersTable({ send } as unknown as DynamoDBClient);
  return recordUri(createdBucket(), TABLE, effects).catch((thrown: unknown) => thrown);
}

/** The answer to a condition that failed, with the row that it failed on. */
const conditionFailed = (row?: object) =>
  serviceError('ConditionalCheckFailedException', 400, row === undefined ? {} : { Item: row });

describe("recording a bucket in its user's row", () => {
  it('given a row that holds no bucket, is done', async () => {
    expect(await record()).toBe('recorded');
  });

  it('given a row that holds this one already, is done, and says so', async () => {
    const before = { s3_bucket_uri: { S: 's3://siutest4-20240430062715' } };
    expect(await record(undefined, { Attributes: before })).toBe('recorded-before');
  });

  it('given no row, is done too, without one', async () => {
    expect(await record(conditionFailed())).toBe('row-gone');
  });

  it('given a row that names another bucket, fails for good and names both', async () => {
    const thrown = await record(conditionFailed({ userId: { S: 'test4' }, s3_bucket_uri: { S: 's3://another' } }));
    expect(thrown).toBeInstanceOf(PermanentError);
    expect(thrown).toMatchObject({
      message: "the user's row holds s3://another, so s3://siutest4-20240430062715 was not recorded",
      hint: expect.stringContaining('redrive'),
      userId: 'test4',
      eventId: 'registration-of-test4:BucketCreated',
    });
  });

  it.each([
    ['an empty text', { S: '' }, '{"S":""}'],
    ['no text at all', { NULL: true }, '{"NULL":true}'],
    ['nothing', undefined, 'nothing'],
  ])('given a row with %s where the URI belongs, fails for good and shows it', async (_case, attribute, shown) => {
    const thrown = await record(conditionFailed({ s3_bucket_uri: attribute }));
    expect(thrown).toHaveProperty('message', expect.stringContaining(`holds ${shown},`));
  });

  it("carries nothing else of the user's row into the error, and so into the log", async () => {
    const thrown = await record(
      conditionFailed({ s3_bucket_uri: { S: 's3://another' }, mail: { S: 'jane@example.com' } }),
    );
    expect(JSON.stringify([thrown, String(thrown), (thrown as Error).cause])).not.toContain('jane');
  });

  it('given a row that has no room for it, fails for good, says so, and leaves the row as it is', async () => {
    const { dynamodb } = await makeTable();
    const row = { id: { S: 'test4' }, about: { S: 'x'.repeat(400 * 1024 - 20) } };
    await dynamodb.handle('PutItem', { TableName, Item: row });
    const send = ({ input }: { input: object }) =>
      dynamodb.handle('UpdateItem', { ...input }).catch(({ code, message, status }: AwsError) => {
        throw Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
      });
    const effects = usersTable({ send } as unknown as DynamoDBClient);
    const recording = recordUri(createdBucket(), { tableName: TableName, userIdAttribute: 'id' }, effects);
    const thrown = await recording.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PermanentError);
    expect(thrown).toMatchObject({
      message:
        'DynamoDB refused to record s3://siutest4-20240430062715: ValidationException (400): ' +
        'Item size to update has exceeded the maximum allowed size',
      hint: expect.stringMatching(/400 KB\): make the row smaller, then redrive$/),
      userId: 'test4',
    });
    const { Item } = await dynamodb.handle('GetItem', { TableName, Key: { id: { S: 'test4' } } });
    expect(Item).toEqual(row);
  });

  it.each([
    ['Item size to update has exceeded the maximum allowed size', /DynamoDB allows 400 KB\): make the row smaller/],
    ['The provided key element does not match the schema', /the name of its key/],
  ])('given that DynamoDB refuses with "%s", says what to do', async (message, hint) => {
    const refusal = Object.assign(serviceError('ValidationException', 400), { message });
    expect(await record(refusal)).toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it.each([
    ['throttles', serviceError('ProvisionedThroughputExceededException', 400), RetryableError],
    ['fails', serviceError('InternalServerError', 500), RetryableError],
    ['cannot be reached', networkError('ECONNREFUSED'), RetryableError],
    ['has no such table', serviceError('ResourceNotFoundException', 400), PermanentError],
    ['has another key', serviceError('ValidationException', 400), PermanentError],
    ['denies access', serviceError('AccessDeniedException', 400), PermanentError],
  ])('given that DynamoDB %s, throws an error with its cause', async (_case, cause, type) => {
    const thrown = await record(cause);
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ cause, userId: 'test4', eventId: 'registration-of-test4:BucketCreated' });
  });
});

const created = createdBucket();
const registeredAt = created.data.registeredAt * 1000;
const replayed = { ...created, metadata: { ...created.metadata, replayName: 'after-the-bug' } };

describe('the wait from a registration to the URI', () => {
  it('is the time since the registration, in milliseconds', () => {
    expect(registrationWait(created, 'recorded', registeredAt + 1234)).toBe(1234);
  });

  it('is never less than nothing, however clocks differ', () => {
    expect(registrationWait(created, 'recorded', registeredAt - 5)).toBe(0);
  });

  it.each([
    ['that was recorded before', created, 'recorded-before'],
    ['of a user who is gone', created, 'row-gone'],
    ['that came of a replay', replayed, 'recorded'],
  ])('is nobody’s for a URI %s', (_case, event, outcome) => {
    expect(registrationWait(event, outcome, registeredAt + 1234)).toBeUndefined();
  });
});

describe("the update of a user's row", () => {
  it("writes the bucket's addresses, if the row is there and names no other bucket", () => {
    expect(uriUpdate(createdBucket(), { tableName: 'users', userIdAttribute: 'user-id' })).toEqual({
      TableName: 'users',
      Key: { 'user-id': { S: 'test4' } },
      UpdateExpression: 'SET #uri = :uri, #url = :url',
      ConditionExpression: 'attribute_exists(#userId) AND attribute_not_exists(#uri) OR #uri = :uri',
      ExpressionAttributeNames: { '#userId': 'user-id', '#uri': 's3_bucket_uri', '#url': 's3_bucket_url' },
      ExpressionAttributeValues: {
        ':uri': { S: 's3://siutest4-20240430062715' },
        ':url': { S: 'https://siutest4-20240430062715.s3.ap-northeast-1.amazonaws.com/' },
      },
      ReturnValues: 'UPDATED_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });
});
