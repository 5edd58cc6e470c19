import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { registered } from './trace-output.ts';

const HOURS = 5;

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  await registered(pipeline, 'before the skip');
  await run(['lab', 'skip', `${HOURS}h`, '--port', pipeline.port]);
  await registered(pipeline, 'after the skip');
});
afterAll(() => pipeline.stop());

const command = (...args: string[]) => run([...args, '--port', pipeline.port]);

test('windows of commands end at the time of the engine, not of this machine', async () => {
  expect(await command('trace', 'before the skip', '--since', '1h')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no trace of before the skip since'),
  });
  const users = async (from: string) =>
    jsonLines(await command('events', '--from', from, '--type', 'UserRegistered', '--json')).map(
      ({ detail }) => (detail as { data: { userId: string } }).data.userId,
    );
  expect(await users('1h')).toEqual(['after the skip']);
  expect(await users('6h')).toEqual(['before the skip', 'after the skip']);
  const [{ to } = {}] = jsonLines(await command('metrics', '--since', '1h', '--json'));
  expect(Date.parse(String(to)) - Date.now()).toBeGreaterThan((HOURS - 1) * 3_600_000);
  const { stdout } = await command('replay', '--from', '1h', '--all-subscribers', '--dry-run');
  expect(stdout).toMatch(/bucket-service +UserRegistered +1\n/);
});

test('ages are counted by it', async () => {
  await command('lab', 'stop-pipe');
  await pipeline.register('waits');
  await command('lab', 'skip', '2h');
  const { stdout } = await command('trace', 'waits');
  expect(stdout).toMatch(/its stream record waits for the pipe, since \S+ \(2 h\)/);
});
