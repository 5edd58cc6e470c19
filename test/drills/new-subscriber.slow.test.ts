import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('5. A new subscriber needs the history');
});
afterEach(() => drill.stop());

test('the replay gives it every event from before, and nobody else any', async () => {
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();
  const invocations = () =>
    drill.pipeline.entries(({ hop }) => hop === 'batch').map(({ functionName }) => functionName);
  const invokedBefore = invocations().length;

  await drill.deploy('with-directory');
  expect(drill.pipeline.logLines('user listed')).toEqual([]);
  await drill.runNextBlock();
  const listed = drill.pipeline.logLines('user listed').map(({ userId }) => userId);
  expect(listed.sort()).toEqual([...USERS].sort());
  const invokedSince = invocations().slice(invokedBefore);
  expect(invokedSince.filter((name) => !String(name).includes('Directory'))).toEqual([]);
  expect(await drill.everything()).toEqual(before);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});
