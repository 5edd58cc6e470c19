import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];
const MISSED = ['김민지', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('10. A few users were missed');
});
afterEach(() => drill.stop());

test('their events alone are sent again, and a mail to the one who never got it', async () => {
  const { pipeline } = drill;
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();
  const bucketOf = async (userId: string) =>
    String((await pipeline.row(userId))?.s3_bucket_uri?.S).replace('s3://', '');
  const [USER_ID = ''] = MISSED;
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: await bucketOf(USER_ID), Key: 'welcome.txt' }));
  for (const userId of MISSED) {
    await pipeline.dynamodb.send(
      new UpdateItemCommand({
        TableName: pipeline.table,
        Key: { userId: { S: userId } },
        UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
      }),
    );
  }
  /** The users whose events a subscriber's queue got by a replay, in the order of their registration. */
  const sentTo = (queue: string) =>
    pipeline
      .entries((entry) => entry.hop === 'message' && String(entry.queue).includes(queue))
      .map(({ body }) => JSON.parse(String(body)) as Replayed)
      .filter((event) => event['replay-name'] !== undefined)
      .map(({ detail }) => detail.data.userId);

  const shown = await drill.runNextBlock();
  expect(shown).toMatch(/^uri-recorder +BucketCreated +2, without 3 whose effect is there$/m);
  expect(sentTo('UriRecorderQueue')).toEqual(MISSED);
  await drill.runNextBlock({ USER_ID });
  expect(sentTo('WelcomeFileQueue')).toEqual([USER_ID]);
  expect(await drill.everything()).toEqual(before);
  expect(drill.mails()).toEqual(mails);
  await drill.runNextBlock({ USER_ID });
  expect(drill.mails()).toEqual([...mails, USER_ID]);
  await drill.runNextBlock();
});

interface Replayed {
  readonly 'replay-name'?: string;
  readonly detail: { readonly data: { readonly userId: string } };
}
