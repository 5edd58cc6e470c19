import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('6. The pipe was stopped for longer than the stream keeps records');
});
afterEach(() => drill.stop());

const HOUR_MS = 3_600_000;

test('what the stream still has is delivered or read back, and the rest is registered from the rows', async () => {
  await drill.register('test4');
  const before = await drill.everything();
  const { pipeline } = drill;

  await drill.run('aws pipes stop-pipe --name "$(npx pipeline outputs PipeName)"');
  await pipeline.register('lost to the stream');
  pipeline.clock.skip(3 * HOUR_MS);
  await pipeline.register('too old for the pipe');
  pipeline.clock.skip(22.5 * HOUR_MS);
  await pipeline.register('ji');

  await drill.runNextBlock();
  await pipeline.recorded('ji');
  await pipeline.waitFor('the letter', ({ hop }) => hop === 'pipe-dlq');
  expect((await pipeline.row('too old for the pipe'))?.s3_bucket_uri).toBeUndefined();
  await drill.runNextBlock();
  await pipeline.recorded('too old for the pipe');
  expect((await pipeline.row('lost to the stream'))?.s3_bucket_uri).toBeUndefined();
  await drill.runNextBlock();
  await pipeline.recorded('lost to the stream');
  await drill.settled();

  const after = await drill.everything();
  expect(after.buckets).toHaveLength(4);
  expect(after.rows).toEqual(expect.arrayContaining([...before.rows]));
  expect(after.buckets).toEqual(expect.arrayContaining([...before.buckets]));
  await drill.runNextBlock();
  expect(drill.mails().toSorted()).toEqual(['ji', 'test4', 'too old for the pipe']);
});
