import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../../packages/local-engine/core/aws-error.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { Drill } from './support/drill.ts';

const USERS = ['ji', '김민지', 'min.ji@example.com', 'test4', `o'neil "x"`];

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('3. A subscriber was broken for an hour');
});
afterEach(() => drill.stop());

/** More than every attempt at every event of that hour. */
const ATTEMPTS = 1000;

const isLetter = ({ hop, queue }: JournalEntry) => hop === 'redriven-to-dlq' && String(queue).includes('UriRecorder');
const isFailure = ({ hop, line }: JournalEntry) => hop === 'log' && String(line).includes('"event not handled"');

test('the redrive of its dead letters does what it had missed', async () => {
  const { pipeline } = drill;
  const [early = '', ...late] = USERS;
  await drill.register(early);
  const before = await drill.everything();

  let isBroken = true;
  const refuse = () => {
    if (isBroken) throw new AwsError('AccessDeniedException', 'no identity-based policy allows dynamodb:UpdateItem');
  };
  pipeline.engine.faults.inject('dynamodb:UpdateItem', { times: ATTEMPTS, action: refuse });
  for (const userId of late) await pipeline.register(userId);
  for (let receives = 1; receives <= 5; receives++) {
    await pipeline.waitFor(`failures of receive ${receives}`, isFailure, receives * late.length);
    // A function at work would be timed out by the skip, and its event come twice.
    await pipeline.idle();
    pipeline.clock.skip(12 * 60_000);
  }
  await pipeline.waitFor('all dead letters', isLetter, late.length);
  const mails = drill.mails();
  expect(mails.toSorted()).toEqual(USERS.toSorted());

  expect(await drill.runNextBlock()).toContain('AccessDeniedException');
  isBroken = false;
  await drill.runNextBlock();

  const after = await drill.everything();
  expect(after.rows).toEqual(expect.arrayContaining([...before.rows]));
  expect(after.rows).toHaveLength(USERS.length);
  for (const userId of USERS) expect((await pipeline.row(userId))?.s3_bucket_uri?.S).toMatch(/^s3:/);
  expect(after.buckets).toHaveLength(USERS.length);
  await drill.runNextBlock();
  expect(drill.mails()).toEqual(mails);
});
