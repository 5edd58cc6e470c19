import { describe, expect, it } from '@jest/globals';
import { uriUpdate } from '../../../../services/uri-recorder/uri-update.ts';
import { createdBucket } from '../registrations.ts';

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
