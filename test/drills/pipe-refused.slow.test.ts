import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsError } from '../../packages/local-engine/core/aws-error.ts';
import { Drill } from './support/drill.ts';

let drill: Drill;
beforeEach(async () => {
  drill = await Drill.start('12. The bus refuses the events of the pipe');
});
afterEach(() => drill.stop());

const HOUR_MS = 3_600_000;
/** More than every attempt of a day. */
const ATTEMPTS = 1000;

test('given the grant back, the pipe sends what it still tries, and the redrive what it gave up', async () => {
  await drill.register('test4');
  const before = await drill.everything();
  const { pipeline } = drill;

  let isRefused = true;
  const refuse = () => {
    if (isRefused) throw new AwsError('AccessDeniedException', 'no identity-based policy allows events:PutEvents');
  };
  pipeline.engine.faults.inject('events:PutEvents', { times: ATTEMPTS, action: refuse });
  await pipeline.register('given up');
  await pipeline.waitFor('a refusal', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome !== 'delivered');
  pipeline.clock.skip(22.5 * HOUR_MS);
  await pipeline.waitFor('the letter', ({ hop }) => hop === 'pipe-dlq');
  await pipeline.register('still tried');
  await pipeline.waitFor('a refusal', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome !== 'delivered', 2);

  const shown = await drill.runNextBlock();
  expect(shown).toContain('Registration pipe: the dead-letter queue holds messages');
  expect(shown).toContain('docs/runbook.md#12-the-bus-refuses-the-events-of-the-pipe');
  isRefused = false;
  pipeline.clock.skip(HOUR_MS);
  await pipeline.recorded('still tried');
  await drill.runNextBlock();
  await pipeline.recorded('given up');
  await drill.settled();
  await drill.runNextBlock();

  const after = await drill.everything();
  expect(after.rows).toHaveLength(3);
  expect(after.buckets).toHaveLength(3);
  expect(after.rows).toEqual(expect.arrayContaining([...before.rows]));
});
