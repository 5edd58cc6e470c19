import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4'];
const LOST = '김민지';

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('11. A user was deleted by mistake');
});
afterEach(() => drill.stop());

test('the row is put back within the days: the user keeps the bucket and what it holds, and nothing is to be emptied', async () => {
  const { pipeline } = drill;
  await drill.deploy('leaving');
  await drill.register(...USERS);
  const before = await drill.everything();
  const bucket = (await pipeline.row(LOST))?.s3_bucket_uri?.S?.replace('s3://', '') ?? '';
  const lastGood = new Date(pipeline.clock.now());
  await pipeline.idle();
  pipeline.clock.skip(60_000);

  const Key = { userId: { S: LOST } };
  await pipeline.dynamodb.send(new DeleteItemCommand({ TableName: pipeline.table, Key }));
  await pipeline.waitFor('the retirement', ({ hop, line }) => hop === 'log' && /bucket retired/.test(String(line)));
  await drill.settled();
  expect(await rulesOf(bucket)).toHaveLength(1);
  expect(await drill.everything()).not.toEqual(before);

  await drill.runNextBlock({ BEFORE: lastGood.toISOString(), USER_ID: LOST });
  await pipeline.waitFor('the restoration', ({ hop, line }) => hop === 'log' && /bucket restored/.test(String(line)));
  await drill.settled();
  expect(await rulesOf(bucket)).toHaveLength(0);
  expect(await drill.everything()).toEqual(before);

  await drill.runNextBlock();
  await drill.runNextBlock();
  expect(await drill.everything()).toEqual(before);
});

async function rulesOf(Bucket: string): Promise<unknown[]> {
  try {
    const { Rules = [] } = await drill.pipeline.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    return Rules;
  } catch (error) {
    if ((error as Error).name === 'NoSuchLifecycleConfiguration') return [];
    throw error;
  }
}
