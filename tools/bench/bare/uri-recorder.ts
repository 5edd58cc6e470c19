/** uri-recorder by AWS's own client alone: the same call for a bucket, and nothing else. What its bundle is compared with. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSEvent } from 'aws-lambda';

const table = new DynamoDBClient({});

export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { data } = JSON.parse(body).detail;
    const update = {
      TableName: process.env.USERS_TABLE_NAME,
      Key: { userId: { S: data.userId } },
      UpdateExpression: 'SET s3_bucket_uri = :uri, s3_bucket_url = :url',
      ExpressionAttributeValues: { ':uri': { S: data.bucketUri }, ':url': { S: data.bucketUrl } },
    };
    await table.send(new UpdateItemCommand(update));
  }
}
