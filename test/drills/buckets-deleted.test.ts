import { DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('2. Buckets were deleted');
});
afterEach(() => drill.stop());

test('the replay of UserRegistered to bucket-service brings back every bucket, with its name and tags', async () => {
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();

  const [, ...lost] = await drill.pipeline.buckets();
  for (const bucket of lost) await deleteBucket(bucket);
  expect(await drill.pipeline.buckets()).toHaveLength(1);

  await drill.runNextBlock();
  // Also what the subscriber had put there, since bucket-service has told it again.
  expect(await drill.everything()).toEqual(before);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});

async function deleteBucket(Bucket: string): Promise<void> {
  const { s3 } = drill.pipeline;
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'welcome.txt' }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
