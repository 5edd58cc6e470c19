import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { archiveAgain } from '../support/replay.ts';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('8. A replay was started with the wrong window');
});
afterEach(() => drill.stop());

/** A replay to a subscriber who takes nothing holds back long before it has sent so many. */
const MANY = 700;

test('it is cancelled half way, and nothing has changed', async () => {
  const { pipeline } = drill;
  await drill.register(...USERS);
  await archiveAgain(pipeline, 'UserRegistered', MANY);
  const before = await drill.everything();
  const mails = drill.mails();

  const { mappings } = pipeline.engine.services;
  const [, bucketService] = [...mappings].find(([id]) => id.includes('BucketService')) ?? [];
  bucketService?.disable();
  await drill.run('npx pipeline replay --from 30d --all-subscribers --yes --name wrong');
  await pipeline.waitFor('half of it', ({ hop, replay }) => hop === 'event' && replay === 'wrong', MANY / 2);
  const cancelled = drill.runNextBlock({ NAME: 'wrong' });
  await pipeline.waitFor('its end', ({ hop, state }) => hop === 'replay' && state === 'CANCELLED');
  bucketService?.enable();
  expect(await cancelled).toMatch(/cancelled/i);

  const { length } = pipeline.entries(({ hop, replay }) => hop === 'event' && replay === 'wrong');
  expect(length).toBeLessThan(MANY);
  // Every subscriber was to get it but the one who skips replays: not the first of them alone.
  const looked = pipeline.entries(({ hop, replay }) => hop === 'rule' && replay === 'wrong').map(({ rule }) => rule);
  const named = (part: string) => expect.stringContaining(part);
  const wanted = ['BucketServiceRule', 'UriRecorderRule', 'WelcomeFileRule'].map(named);
  expect([...new Set(looked)].sort()).toEqual(wanted);
  expect(await drill.everything()).toEqual(before);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});
