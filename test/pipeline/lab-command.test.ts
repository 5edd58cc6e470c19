import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { hopsOf, trace } from './trace-output.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

const lab = (...args: string[]) => run(['lab', ...args, '--port', pipeline.port]);
const marksOf = async (userId: string) => hopsOf(await trace(pipeline, userId)).filter((hop) => hop.startsWith('lab '));
const armed = () => pipeline.engine.faults.armed;

/** The users of the marks, by their texts. */
async function loggedMarks(): Promise<Record<string, unknown>> {
  const marks = jsonLines(await lab('marks', '--json'));
  return Object.fromEntries(marks.map(({ text, users }) => [text, users]));
}

describe('a fault', () => {
  test('given an error code, strikes as often as it says; each call is marked where it happened', async () => {
    const set = await lab('fault', 's3:CreateBucket', '--code', 'SlowDown', '--times', '2');
    expect(set).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^FAULT +WHAT\n1 +s3:CreateBucket: the next 2 calls fail with SlowDown\n$/),
    });
    await pipeline.register('slow');
    await pipeline.recorded('slow');
    const hops = hopsOf(await trace(pipeline, 'slow'));
    const struck = 'lab a fault makes s3:CreateBucket fail with SlowDown';
    const refused = 'bucket-service calls s3:CreateBucket: 503 SlowDown';
    const first = hops.indexOf(struck);
    expect(hops.slice(first, first + 4)).toEqual([struck, refused, struck, refused]);
    expect(await lab('faults')).toEqual({ exitCode: 0, stdout: '', stderr: 'no fault is armed\n' });
    expect(await loggedMarks()).toMatchObject({
      'a fault is set: s3:CreateBucket: the next 2 calls fail with SlowDown': [],
      'a fault makes s3:CreateBucket fail with SlowDown': ['slow'],
    });
  });

  test('given a subscriber, only its function is struck; it is listed until it is removed', async () => {
    const options = ['--code', 'ThrottlingException', '--times', 'always', '--subscriber', 'uri-recorder'];
    const [fault] = jsonLines(await lab('fault', 'dynamodb:UpdateItem', ...options, '--json'));
    expect(fault).toMatchObject({ subscriber: 'uri-recorder', strikesLeft: 'always' });
    await pipeline.setAttribute('slow', 'note', 'is not struck');
    const listed = await lab('faults');
    expect(listed.stdout).toContain('dynamodb:UpdateItem: every call of uri-recorder fails with ThrottlingException');
    expect((await lab('faults', '--remove', String(fault?.id))).stdout).toContain('dynamodb:UpdateItem');
    expect(armed()).toEqual([]);
  });

  test.each([
    [['s3:MakeBucket', '--code', 'SlowDown'], 'there is no operation s3:MakeBucket. Those of s3: '],
    [['s3:CreateBucket', '--code', 'TooSlow'], 's3:CreateBucket has no error code TooSlow. Codes: '],
    [
      ['s3:CreateBucket', '--kill', '--subscriber', 'nobody'],
      'no subscriber is named nobody; there are bucket-service',
    ],
    [
      ['s3:CreateBucket', '--kill'],
      'a kill needs the subscriber whose function dies; there are bucket-service, uri-recorder',
    ],
    [['s3:CreateBucket'], 'say what the fault does: an error code (--code)'],
    [['s3:CreateBucket', '--code', 'SlowDown', '--lost-answer'], 'cannot be used with option'],
    [['s3:CreateBucket', '--code', 'SlowDown', '--times', 'often'], 'or always'],
  ])('given %j, is refused by name, and nothing is armed', async (args, message) => {
    const { exitCode, stderr } = await lab('fault', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(armed()).toEqual([]);
  });
});

describe('a function', () => {
  test('that dies in the middle of its next invocation leaves its mark there; skipped time brings the message back', async () => {
    expect((await lab('kill', 'bucket-service', '--at', 's3:CreateBucket')).stdout).toMatch(
      /^fault \d+: s3:CreateBucket: the next call of bucket-service kills its function, after it took effect\n$/,
    );
    await pipeline.register('survivor');
    await pipeline.waitFor('its death', ({ errorType }) => errorType === 'Runtime.Stopped');
    const preview = await lab('skip', '61s', '--dry-run');
    expect(preview.stdout).toContain('Messages that wait, or wait for their next attempt: 1 for bucket-service.\n');
    const [skipped] = jsonLines(await lab('skip', '61s', '--json'));
    expect(skipped).toMatchObject({ ms: 61_000, skippedMs: 61_000, running: 0 });
    await pipeline.recorded('survivor');
    expect(await marksOf('survivor')).toEqual([
      'lab a fault kills the function of bucket-service at its call s3:CreateBucket, after it took effect',
      'lab time is skipped: 61 s',
    ]);
    expect(await loggedMarks()).toMatchObject({ 'time is skipped: 61 s': ['survivor'] });
    expect(await marksOf('slow')).not.toContain('lab time is skipped: 61 s');
  });

  test('that is killed now gets new environments', async () => {
    expect((await lab('kill', 'bucket-service', '--dry-run')).stdout).toBe(
      'would kill the function of bucket-service, with no invocations\n',
    );
    expect((await lab('kill', 'bucket-service')).stdout).toBe(
      'killed the function of bucket-service, with no invocations\n',
    );
    await pipeline.register('after the kill');
    await pipeline.recorded('after the kill');
  });
});

test('a stopped pipe marks the records that wait for it, and no others', async () => {
  expect((await lab('stop-pipe')).stdout).toMatch(/^the pipe \S+ is stopped: new rows wait in the stream\n$/);
  await pipeline.register('waits');
  expect(await marksOf('waits')).toEqual(['lab the pipe is stopped']);
  expect((await lab('start-pipe')).stdout).toMatch(/^the pipe \S+ runs\n$/);
  await pipeline.recorded('waits');
  const hops = hopsOf(await trace(pipeline, 'waits'));
  expect(hops.slice(0, 4)).toEqual([
    'users table the row is written',
    'lab the pipe is stopped',
    'lab the pipe is started again',
    'pipe the filter lets it through',
  ]);
  expect(await marksOf('slow')).not.toContain('lab the pipe is stopped');
  expect(await loggedMarks()).toMatchObject({
    'the pipe is stopped': ['waits'],
    'the pipe is started again': ['waits'],
  });
});

test('a stack on AWS is refused by name, before any call', async () => {
  const commands = [['faults'], ['skip', '1h'], ['kill', 'bucket-service'], ['stop-pipe'], ['marks']];
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await run(['lab', ...command, '--stack', 'user-bucket-pipeline-prod']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('works on a local engine only, and user-bucket-pipeline-prod is on AWS');
  }
});
