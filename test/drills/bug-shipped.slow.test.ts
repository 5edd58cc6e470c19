import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('4. A bug was shipped and recorded wrong results');
});
afterEach(() => drill.stop());

test('the replay of the events since then to the mended subscriber alone corrects every result', async () => {
  const [early = '', ...late] = USERS;
  await drill.register(early);
  const before = await drill.everything();

  // Events bear whole seconds.
  const shipped = new Date(Math.floor(Date.now() / 1000) * 1000);
  await drill.deploy('buggy');
  await drill.register(...late);
  expect(await greeting('test4')).not.toBe('Welcome, test4!');
  const mails = drill.mails();

  await drill.deploy('good');
  await drill.runNextBlock({ SHIPPED: shipped.toISOString() });
  for (const userId of USERS) expect(await greeting(userId)).toBe(`Welcome, ${userId}!`);
  const after = await drill.everything();
  expect(after.rows).toEqual(expect.arrayContaining([...before.rows]));
  expect(after.buckets).toEqual(expect.arrayContaining([...before.buckets]));
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});

/** What stands in the user's welcome file. */
async function greeting(userId: string): Promise<string | undefined> {
  const Bucket = (await drill.pipeline.row(userId))?.s3_bucket_uri?.S?.slice('s3://'.length);
  const { Body } = await drill.pipeline.s3.send(new GetObjectCommand({ Bucket, Key: 'welcome.txt' }));
  return Body?.transformToString();
}
