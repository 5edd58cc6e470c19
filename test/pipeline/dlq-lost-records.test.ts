import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { dlq, failPipe, laneMate } from './dead-letters.ts';

const HOUR_MS = 3_600_000;

const BOB = laneMate('alice');

describe('records of the pipe that the stream has dropped', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    // One batch: alice's row is an hour older than bob's, and a change of it stands between them.
    await failPipe(pipeline, async () => {
      await pipeline.register('alice');
      pipeline.clock.skip(HOUR_MS);
      await pipeline.setAttribute('alice', 'colour', 'green');
      await pipeline.register(BOB);
    });
  });
  afterAll(() => pipeline.stop());

  test('are all there at first', async () => {
    const [shown] = jsonLines(await dlq(pipeline, 'show', '--pipe', '--json'));
    expect(shown).toMatchObject({ registrations: [{ userId: 'alice' }, { userId: BOB }], others: 1 });
    expect(shown).not.toHaveProperty('lost');
  });

  test('are named when some are lost; the others are put on the bus once, and a message about the lost ones stays', async () => {
    pipeline.clock.skip(HOUR_MS);
    const planned = await dlq(pipeline, 'redrive', '--pipe', '--dry-run');
    expect(planned.stdout).toMatch(
      new RegExp(`for ${BOB}; 1 registration.*; the stream has lost records of 1 message$`, 'm'),
    );

    const { exitCode, stdout, stderr } = await dlq(pipeline, 'redrive', '--pipe', '--yes');
    expect(stdout).toMatch(
      /0 of 1 redriven, 1 registration put on the bus, 1 other change dropped, 1 message kept: the stream has lost records/,
    );
    expect(stderr).toMatch(
      /\nerror: 1 message of pipe cannot be redriven completely \(the stream has dropped them\): npx pipeline reconcile --fix .* purge --pipe --message-id ID --port \d+ deletes each; see npx pipeline dlq show --pipe --port \d+\n$/,
    );
    expect(exitCode).toBe(1);
    await pipeline.recorded(BOB);
    const put = pipeline.entries((entry) => isEvent(entry, 'UserRegistered')).length;
    const again = await dlq(pipeline, 'redrive', '--pipe', '--yes', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ meant: 1, registrations: 0, lost: 1 });
    expect(pipeline.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(put);
    expect((await pipeline.row('alice'))?.s3_bucket_uri).toBeUndefined();
  });

  test('are named when all are lost; a redrive does nothing, and the message stays until it is purged', async () => {
    pipeline.clock.skip(HOUR_MS);
    const { stdout: shown } = await dlq(pipeline, 'show', '--pipe');
    expect(shown).toMatch(/records lost: the stream has dropped them; fix it with npx pipeline reconcile --fix/);
    const before = pipeline.entries((entry) => isEvent(entry, 'UserRegistered')).length;
    const { exitCode, stdout } = await dlq(pipeline, 'redrive', '--pipe', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ queue: 'pipe', redriven: 0, registrations: 0, lost: 1 });
    expect(exitCode).toBe(1);
    expect(pipeline.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(before);

    const purged = await dlq(pipeline, 'purge', '--pipe', '--yes');
    expect(purged.stdout).toMatch(/^pipe +1 pipe failure \(RecordAgeExpired\) deleted$/m);
    expect(purged.exitCode).toBe(0);
    expect((await dlq(pipeline, 'list', '--pipe')).exitCode).toBe(0);
  });
});
