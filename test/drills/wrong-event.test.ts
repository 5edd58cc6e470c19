import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { BrokenUsers } from '../pipeline/broken-users.ts';
import { editorThatReplaces } from '../support/editor.ts';
import { isEvent } from '../support/pipeline.ts';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

/** Each subscriber of BucketCreated has a dead letter of its own. */
const LETTERS = 3;

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('9. A producer published a wrong event');
});
afterEach(() => drill.stop());

const isFailure = ({ hop, line }: JournalEntry) => hop === 'log' && String(line).includes('"event not handled"');
const isLetter = ({ hop }: JournalEntry) => hop === 'redriven-to-dlq';

test('it is corrected for the subscriber that missed it, and deleted for the others', async () => {
  const { pipeline } = drill;
  await drill.register(...USERS);
  const before = await drill.everything();
  const mails = drill.mails();

  // A script is to bring back a URI, and has the time in milliseconds.
  const users = new BrokenUsers(pipeline);
  const [user = ''] = USERS;
  await users.loseUri(user);
  const published = pipeline
    .entries((entry) => isEvent(entry, 'BucketCreated'))
    .map(({ detail }) => detail as { data: { userId: string; createdAt: number }; metadata: object })
    .find(({ data }) => data.userId === user);
  const { metadata = {}, data = { userId: '', createdAt: 0 } } = published ?? {};
  const wrong = { metadata, data: { ...data, createdAt: data.createdAt * 1000 } };
  await pipeline.put('bucket-service', 'BucketCreated', wrong);
  for (let receives = 1; receives <= 5; receives++) {
    await pipeline.waitFor(`failures of receive ${receives}`, isFailure, receives * LETTERS);
    await pipeline.idle();
    pipeline.clock.skip(12 * 60_000);
  }
  await pipeline.waitFor('all dead letters', isLetter, LETTERS);

  expect(await drill.runNextBlock()).toContain('data.createdAt must be <= 253402300799');
  const shown = await drill.run('npx pipeline dlq show --subscriber uri-recorder --json');
  const { messageId } = JSON.parse(shown);
  const from = `"createdAt": ${wrong.data.createdAt}`;
  const EDITOR = editorThatReplaces(from, `"createdAt": ${data.createdAt}`);
  const corrected = await drill.runNextBlock({ MESSAGE: messageId, EDITOR });
  const [, eventId = ''] =
    /uri-recorder: sent the event ([0-9a-f]{32}), and deleted the original/.exec(corrected) ?? [];
  expect(eventId).not.toBe('');
  expect((await pipeline.row(user))?.s3_bucket_uri?.S).toMatch(/^s3:/);

  await drill.runNextBlock();
  await drill.runNextBlock();
  expect(await drill.everything()).toEqual(before);
  expect(drill.mails()).toEqual(mails);
  // It is of the same registration, so the user's trace has it, and the deleted dead letters are not open any more.
  expect(await drill.run(`npx pipeline trace ${user} --json`)).toContain(eventId);
  const story = await drill.run(`npx pipeline trace ${user}`);
  expect(story.match(/it is deleted from the dead-letter queue/g)).toHaveLength(LETTERS);
  expect(story).toMatch(/^Done: its row has s3:/m);
});
