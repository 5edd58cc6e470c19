import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('1. All URIs are lost from the table');
});
afterEach(() => drill.stop());

test('the replay of BucketCreated to uri-recorder alone brings every URI back', async () => {
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();

  for (const userId of USERS) await loseUri(userId);
  expect(await drill.everything()).not.toEqual(before);

  await drill.runNextBlock();
  expect(await drill.everything()).toEqual(before);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});

async function loseUri(userId: string): Promise<void> {
  await drill.pipeline.dynamodb.send(
    new UpdateItemCommand({
      TableName: drill.pipeline.table,
      Key: { userId: { S: userId } },
      UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
    }),
  );
}
