import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import bucketCreated from '../../schemas/samples/bucket-created.v1.json' with { type: 'json' };
import { jsonLines, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { type Ended, ProjectCopy } from '../support/project-copy.ts';
import { hopsOf, trace } from './trace-output.ts';

const SAMPLE = bucketCreated as { readonly detail: { readonly data: object } };

let copy: ProjectCopy;
let written: Ended[];
let pipeline: Pipeline;

/** Whether an entry is a log line of a subscriber about an event. */
const isDecision = (id: string) => (entry: JournalEntry) =>
  entry.hop === 'log' && String(entry.functionName).includes(id) && String(entry.line).includes('decided');
const decisions = (id: string) => pipeline.entries(isDecision(id)).map(({ line }) => JSON.parse(String(line)));

/** Waits for so many events at both subscribers, and until no other is under way. */
async function haveDecided(tried: number, chosen: number): Promise<void> {
  await pipeline.waitFor('all events at tried-log', isDecision('TriedLog'), tried);
  await pipeline.waitFor('its events at chosen-log', isDecision('ChosenLog'), chosen);
  await pipeline.idle();
}

beforeAll(async () => {
  copy = await ProjectCopy.create();
  const scaffold = (...args: string[]) => copy.run('node', ['cli/main.ts', 'new', 'subscriber', ...args]);
  written = [
    await scaffold('tried-log', '--on', 'BucketCreated'),
    await scaffold('chosen-log', '--on', 'BucketCreated', '--where', 'userId=al*', '--where', 'region=ap-northeast-1'),
  ];
  const assembly = join(copy.folder, 'cdk.out');
  await synthesize({ folder: copy.folder, outdir: assembly });
  pipeline = await Pipeline.start({ assemblies: [assembly] });
  for (const userId of ['bob', 'alice', 'alan']) await pipeline.register(userId);
  await haveDecided(3, 2);
});

afterAll(async () => {
  await pipeline?.stop();
  await copy.remove();
});

// scaffold.slow.test.ts lints, type-checks and edits what is written.
test('given a subscriber as pipeline new writes it, when users sign up, it gets its events', () => {
  expect(written[0]).toMatchObject({ code: 0, stderr: '' });
  const decided = decisions('TriedLog');
  expect(decided.map(({ userId }) => userId).sort()).toEqual(['alan', 'alice', 'bob']);
  expect(decided[0]).toMatchObject({ decision: expect.stringMatching(/:BucketCreated$/) });
});

describe('given a subscriber that chooses by content', () => {
  const CONDITION = 'userId begins with al, and region is ap-northeast-1';

  test('it is written so, and says so', () => {
    expect(written[1]).toMatchObject({ code: 0, stderr: '' });
    expect(written[1]?.stdout).toContain(`It gets each BucketCreated where ${CONDITION}, and logs its decision.`);
  });

  test('when users sign up, it gets the events that it wants, and no others', () => {
    const decided = decisions('ChosenLog');
    expect(decided.map(({ userId }) => userId).sort()).toEqual(['alan', 'alice']);
  });

  test('the trace of another user says which field did not match', async () => {
    const hops = hopsOf(await trace(pipeline, 'bob'));
    expect(hops).toContain('chosen-log its rule does not match: detail.data.userId does not accept "bob"');
    expect(hopsOf(await trace(pipeline, 'alice'))).toContain('chosen-log its rule matches');
  });

  test('doctor says which events it takes', async () => {
    const { stdout } = await run(['doctor', '--port', pipeline.port, '--json']);
    const details = jsonLines({ stdout }).flatMap((line) => JSON.stringify(line));
    expect(details.join()).toContain(`its rule takes BucketCreated of any version, where ${CONDITION}`);
  });

  test('a replay counts and sends what fits, and no more', async () => {
    const choice = ['--to-subscriber', 'chosen-log', '--to-subscriber', 'tried-log'];
    const args = ['replay', '--port', pipeline.port, '--from', '1h', '--type', 'BucketCreated', ...choice];
    const [plan] = jsonLines(await run([...args, '--dry-run', '--json']));
    const types = ['BucketCreated'];
    expect(plan?.receivers).toEqual([
      { subscriber: 'chosen-log', types, where: CONDITION, events: 2 },
      { subscriber: 'tried-log', types, events: 3 },
    ]);
    const replayed = await run([...args, '--yes', '--wait', '--json']);
    expect(replayed.exitCode).toBe(0);
    await haveDecided(6, 4);
    const users = decisions('ChosenLog').map(({ userId }) => userId);
    expect(users.sort()).toEqual(['alan', 'alan', 'alice', 'alice']);
    expect(decisions('TriedLog')).toHaveLength(6);
  });

  test('a replay of a chosen user asks its rule as well', async () => {
    const args = ['replay', '--port', pipeline.port, '--from', '1h', '--to-subscriber', 'chosen-log', '--dry-run'];
    const [alice] = jsonLines(await run([...args, '--user', 'alice', '--json']));
    expect(alice?.receivers).toEqual([expect.objectContaining({ subscriber: 'chosen-log', events: 1 })]);
    expect(await run([...args, '--user', 'bob'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/nothing/),
    });
  });

  test('a redrive moves all of its dead letters, also one that its rule would not take any more', async () => {
    const before = decisions('ChosenLog').length;
    const QueueUrl = pipeline.output('ChosenLogDlqUrl');
    for (const userId of ['alice', 'carol']) {
      const event = { ...SAMPLE, detail: { ...SAMPLE.detail, data: { ...SAMPLE.detail.data, userId } } };
      await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
    }
    const redriven = await run([
      'dlq',
      'redrive',
      '--subscriber',
      'chosen-log',
      '--port',
      pipeline.port,
      '--yes',
      '--json',
    ]);
    expect(jsonLines(redriven)).toEqual([expect.objectContaining({ meant: 2, redriven: 2 })]);
    await haveDecided(6, before + 2);
    const users = decisions('ChosenLog').slice(before);
    expect(users.map(({ userId }) => userId).sort()).toEqual(['alice', 'carol']);
  });
});
