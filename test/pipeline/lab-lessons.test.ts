import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LESSONS } from '../../operations/lab/index.ts';
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { editorThatReplaces } from '../support/editor.ts';
import { Pipeline } from '../support/pipeline.ts';
import { registered } from './trace-output.ts';

/** The wrong event comes last: it stays in the archive, and each replay would try it again for minutes. */
const PLAYABLE = LESSONS.flatMap(({ id, play }) => (play === undefined ? [] : [id])).sort(
  (a, b) => Number(a === 'wrong-event') - Number(b === 'wrong-event'),
);

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  for (const userId of ['ji', '김민지', `o'neil "x"`]) await registered(pipeline, userId);
});
afterAll(() => pipeline.stop());

const command = (...args: string[]) => run([...args, '--port', pipeline.port]);

/** Waits until no queue of a subscriber has a message. */
async function settled(): Promise<void> {
  const { services } = pipeline.engine;
  const urls = ['BucketServiceQueueUrl', 'UriRecorderQueueUrl'].map((key) => pipeline.output(key));
  const isEmpty = () =>
    urls.every((url) => {
      const { visible = 0, inFlight = 0 } = services.queues.at(url) ?? {};
      return visible + inFlight === 0;
    });
  await pipeline.waitFor('empty queues', isEmpty);
  await pipeline.idle();
}

/** Commands that ask, and those that wait only if they are told to. */
const ASKING = /^(dlq (redrive|purge)|reconcile --fix|replay)\b/;
const FIXING = /^reconcile --fix\b/;

/** Runs the command of a step, as a person would who confirms it. */
async function follow(text: string): Promise<void> {
  const words = [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const more = [...(ASKING.test(text) ? ['--yes'] : []), ...(FIXING.test(text) ? ['--wait'] : [])];
  const edits = text.includes('--edit') ? await edited() : { args: [], env: {} };
  const ended = await run([...words, ...more, ...edits.args, '--port', pipeline.port], edits.env);
  expect([text, ended.exitCode === 2, ended.stderr.includes('bug')]).toEqual([text, false, false]);
}

/** What corrects the wrong event: its time in seconds. */
async function edited() {
  const [letter] = jsonLines(await command('dlq', 'show', '--subscriber', 'uri-recorder', '--json'));
  const times = pipeline
    .entries(({ hop, detailType }) => hop === 'event' && detailType === 'BucketCreated')
    .map(({ detail }) => (detail as { data: { createdAt: number } }).data.createdAt);
  const createdAt = Math.max(...times);
  const EDITOR = editorThatReplaces(`"createdAt": ${createdAt}`, `"createdAt": ${createdAt / 1000}`);
  return { args: ['--message-id', String(letter?.messageId)], env: { EDITOR } };
}

test.each(PLAYABLE)('the lesson %s breaks something, and its own steps fix it', async (id) => {
  const lesson = LESSONS.find((each) => each.id === id);
  const check = () => command('lab', 'lesson', id, '--check');
  expect(await check()).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('✖') });
  const broken = await command('lab', 'lesson', id, '--break', '--yes');
  expect([broken.exitCode, broken.stdout]).toEqual([0, expect.stringMatching(/\.\n$/)]);
  expect(await check()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('✖') });
  for (const { command: text } of lesson?.todo ?? []) {
    if (text === undefined) continue;
    // Removing wrong results has no command of its own; it comes before the replay.
    if (lesson?.play?.repair !== undefined) await command('lab', 'lesson', id, '--repair');
    await follow(text);
    await pipeline.idle();
  }
  await settled();
  expect((await check()).stdout).not.toContain('✖');
});

test('a lesson says how it is played', async () => {
  const { stdout } = await command('lab', 'lesson', 'all-uris-lost');
  const lesson = `npx pipeline lab lesson all-uris-lost`;
  expect(stdout).toContain(`\nBreak it: ${lesson} --break --port ${pipeline.port}\n`);
  expect(stdout).toContain(`\nIs it fixed? ${lesson} --check --port ${pipeline.port}\n`);
});

test('a lesson that cannot be played is shown, and not broken', async () => {
  const shown = (await command('lab', 'lesson', 'table-restored')).stdout;
  expect(shown).toContain('deployment over the restored table');
  expect(shown).not.toContain('--break');
  expect(await command('lab', 'lesson', 'table-restored', '--break', '--yes')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('cannot be played'),
  });
  expect(await command('lab', 'lesson', 'unknown')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('there is no lesson unknown; there are all-uris-lost'),
  });
});

test('nothing is broken on AWS', async () => {
  const refused = await run(['lab', 'lesson', 'all-uris-lost', '--break', '--yes', '--stack', 'mine']);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('mine is on AWS') });
});
