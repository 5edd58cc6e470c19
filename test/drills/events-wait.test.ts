import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../../packages/local-engine/core/aws-error.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { Drill } from './support/drill.ts';

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('13. Events wait too long');
});
afterEach(() => drill.stop());

const MINUTE_MS = 60_000;
/** More than every attempt. */
const ATTEMPTS = 100;

const isFailure = ({ hop, line }: JournalEntry) => hop === 'log' && String(line).includes('"event not handled"');

test('the subscriber that is behind is named, and catches up by itself', async () => {
  await drill.register('test4');
  const { pipeline } = drill;
  let isSlow = true;
  const throttle = () => {
    if (isSlow) throw new AwsError('ThrottlingException', 'Rate exceeded');
  };
  pipeline.engine.faults.inject('dynamodb:UpdateItem', { times: ATTEMPTS, action: throttle });
  await pipeline.register('ji');
  await pipeline.waitFor('a failed attempt', isFailure);
  await pipeline.idle();
  pipeline.clock.skip(6 * MINUTE_MS);
  isSlow = false;

  const shown = await drill.runNextBlock();
  expect(shown).toMatch(/ALARM since \S+ {2}uri-recorder: events wait longer than 300 s/);
  expect(shown).toContain('docs/runbook.md#13-events-wait-too-long');
  await pipeline.recorded('ji');
  await drill.settled();
  await drill.runNextBlock();
  expect((await drill.everything()).buckets).toHaveLength(2);
});
