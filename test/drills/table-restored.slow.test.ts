import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('7. The table was restored and has a new stream');
});
afterEach(() => drill.stop());

test('the pipeline goes on over the restored table, and every row and bucket is as it was', async () => {
  const { pipeline } = drill;
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();
  const lastGood = new Date(pipeline.clock.now());
  await pipeline.idle();
  pipeline.clock.skip(60_000);

  for (const userId of USERS.slice(1)) await lose(userId);
  await pipeline.setAttribute('ji', 's3_bucket_uri', 's3://of-nobody');

  await drill.runNextBlock({ LAST_GOOD: lastGood.toISOString() });
  await drill.runNextBlock();
  expect(pipeline.table).toMatch(/-restored$/);
  await drill.runNextBlock();
  expect(await drill.everything()).toEqual(before);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);

  // Whoever signs up now, does so in the new table.
  await drill.register('the first of the new table');
  expect(drill.mails()).toEqual([...mails, 'the first of the new table']);
});

async function lose(userId: string): Promise<void> {
  const { dynamodb, table } = drill.pipeline;
  await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { userId: { S: userId } } }));
}
