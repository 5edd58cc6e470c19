import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { bucketOfUri } from '../../services/bucket-service/bucket-name.ts';
import type { BucketTag } from '../../services/bucket-service/bucket-tags.ts';
import { tagsOfRetired } from '../../services/bucket-service/retirement.ts';
import { type Ended, jsonLines, pipeline as runPipeline } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { replayIs, startReplay } from '../support/replay.ts';
import { operate } from './broken-users.ts';

let assembly: string;
let pipeline: Pipeline;
let users = 0;
let user: string;

beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'pipeline-leaving-'));
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  const dev = { ...context.stages.dev, whenUserLeaves: 'empty-and-delete', emptyBucketAfterDays: 7 };
  await synthesize({ outdir: assembly, context: { stage: 'dev', stages: { dev } } });
  pipeline = await Pipeline.start({ assemblies: [assembly] });
});
afterAll(async () => {
  await pipeline.stop();
  await rm(assembly, { recursive: true });
});
beforeEach(() => {
  user = `leaver-${++users}`;
});

const RETIRED = 'bucket retired: its user left';
const RESTORED = 'bucket restored: its user is back';
const NOTHING = 'no bucket to retire or to restore';

/** Waits until that was logged so often about the user. */
async function logged(service: string, message: string, count = 1): Promise<void> {
  await pipeline.waitFor(
    `${count} times "${message}" about ${user}`,
    ({ hop, functionName, line }) =>
      hop === 'log' &&
      String(functionName).includes(service) &&
      String(line).includes(`"message":"${message}"`) &&
      String(line).includes(`"userId":"${user}"`),
    count,
  );
}

async function leave(): Promise<void> {
  await pipeline.dynamodb.send(new DeleteItemCommand({ TableName: pipeline.table, Key: { userId: { S: user } } }));
}

/** Registers, and returns the row and the bucket. */
async function registered() {
  await pipeline.register(user);
  const row = await pipeline.recorded(user);
  await logged('BucketRestorer', NOTHING);
  return { row, bucket: bucketOfUri(row.s3_bucket_uri?.S ?? '') ?? '' };
}

/** In the same second, a new registration would have a bucket of the same name. */
async function comeBack(row: Awaited<ReturnType<typeof registered>>['row']): Promise<void> {
  await pipeline.idle();
  pipeline.clock.skip(2000);
  await pipeline.register(user, { attributes: row });
}

/** What S3 knows of a bucket's retirement. */
async function retirement(Bucket: string) {
  const { TagSet = [] } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
  const tagged = TagSet.filter(({ Key }) => Key === 'retiredAt' || Key === 'emptiedFrom').map(({ Key }) => Key);
  const rules = await pipeline.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })).then(
    ({ Rules = [] }) => Rules,
    (error: Error) => (error.name === 'NoSuchLifecycleConfiguration' ? [] : Promise.reject(error)),
  );
  return { tagged, rules };
}
const IN_USE = { tagged: [], rules: [] };

describe('a user who leaves', () => {
  test('has the bucket tagged, and emptied by S3 after the days of the stage', async () => {
    const { bucket } = await registered();
    expect(await retirement(bucket)).toEqual(IN_USE);
    await leave();
    await logged('BucketRetirer', RETIRED);

    const { tagged, rules } = await retirement(bucket);
    expect(tagged.sort()).toEqual(['emptiedFrom', 'retiredAt']);
    expect(rules).toMatchObject([{ ID: 'user-bucket-pipeline-retired', Status: 'Enabled' }]);
    const days = (Number(rules[0]?.Expiration?.Date) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.99);
    expect(days).toBeLessThanOrEqual(8);
    const event = pipeline.entries((entry) => isEvent(entry, 'UserDeleted')).at(-1);
    // From logs alone, as on AWS, and from the journal.
    const inJournal = await runPipeline(['trace', user, '--port', pipeline.port]);
    for (const { stdout } of [await operate(pipeline, 'trace', user), inJournal]) {
      const [registration, deletion, ...more] = stdout.split(/^(?=Registration |Deletion )/m);
      expect(more).toEqual([]);
      expect(registration).toMatch(/^Registration \w+:\n/);
      expect(registration).toContain('bucket URI recorded');
      expect(deletion).toMatch(/^Deletion \w+:\n/);
      expect(deletion).toContain(RETIRED);
    }
    expect(event?.source).toBe('users-table');
    expect(event?.detail).toMatchObject({ data: { userId: user, deletedBy: '' } });
  });

  test('has it retired once, however often the event comes', async () => {
    const { bucket } = await registered();
    pipeline.engine.faults.duplicate('stream-record');
    await leave();
    await pipeline.waitFor('both', (entry) => isEvent(entry, 'UserDeleted') && isAbout(entry), 2);
    await logged('BucketRetirer', RETIRED);
    await pipeline.idle();
    expect((await retirement(bucket)).rules).toHaveLength(1);
    expect((await retirement(bucket)).tagged).toHaveLength(2);
  });

  test('and whose bucket comes only after that has it retired too', async () => {
    pipeline.engine.faults.fail('s3:CreateBucket', 'AccessDenied', { status: 403 });
    await pipeline.register(user);
    await pipeline.failures('BucketService', 1);
    await leave();
    await logged('BucketRetirer', NOTHING);
    await pipeline.redeliver();
    await logged('BucketRestorer', RETIRED);
    const [bucket = ''] = (await pipeline.buckets()).filter((name) => name.startsWith(`siu${user}-`));
    expect((await retirement(bucket)).tagged).toHaveLength(2);
  });
});

describe('a user who is back', () => {
  test('with the row of before keeps the bucket of before: nothing is made, and nothing is emptied', async () => {
    const { row, bucket } = await registered();
    await leave();
    await logged('BucketRetirer', RETIRED);
    await comeBack(row);
    await logged('BucketRestorer', RESTORED);
    await pipeline.idle();

    expect(await retirement(bucket)).toEqual(IN_USE);
    expect((await pipeline.buckets()).filter((name) => name.startsWith(`siu${user}-`))).toEqual([bucket]);
    expect(await pipeline.row(user)).toEqual(row);
    for (const dlq of ['BucketServiceDlqUrl', 'UriRecorderDlqUrl', 'BucketRetirerDlqUrl', 'BucketRestorerDlqUrl']) {
      expect(await pipeline.messages(pipeline.output(dlq))).toEqual([]);
    }
  });

  test('is not harmed by a replay of all that happened, nor by UserDeleted that comes late', async () => {
    const { row, bucket } = await registered();
    await leave();
    await logged('BucketRetirer', RETIRED);
    await comeBack(row);
    await logged('BucketRestorer', RESTORED);

    await startReplay(pipeline, 'everything', { to: new Date(pipeline.clock.now() + 1000) });
    pipeline.clock.skip(600_000);
    await replayIs(pipeline, 'COMPLETED', 'everything');
    await logged('BucketRetirer', NOTHING);
    await pipeline.idle();
    expect(await retirement(bucket)).toEqual(IN_USE);
    expect((await pipeline.row(user))?.s3_bucket_uri).toEqual(row.s3_bucket_uri);
  });
});

test('doctor looks at both pipes, and finds all well', async () => {
  const { queues } = pipeline.engine.services;
  await pipeline.waitFor('every message to be taken', () => queues.all().every(({ visible }) => visible === 0));
  await pipeline.idle();
  // An event that waited while time was skipped was old: the next minute says how it is now.
  pipeline.clock.skip(61_000);
  const { exitCode, stdout } = await operate(pipeline, 'doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: readonly Record<string, unknown>[] };
  const pipes = findings.filter(({ check }) => check === 'pipe');
  expect(pipes.map(({ status, subject }) => [status, subject])).toEqual([
    ['ok', pipeline.output('PipeName')],
    ['ok', pipeline.output('DeletionPipeName')],
  ]);
  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(exitCode).toBe(0);
});

describe('reconcile', () => {
  const reconcile = (...args: string[]) => operate(pipeline, 'reconcile', '--grace', '0', '--json', ...args);
  const summaryOf = (ended: Ended) => jsonLines(ended).at(-1) ?? {};

  test('knows retired buckets, restores those of users who are back, and deletes those that S3 has emptied', async () => {
    const { row, bucket } = await registered();
    const left = user;
    await leave();
    await logged('BucketRetirer', RETIRED);
    const known = await reconcile();
    expect(known.exitCode).toBe(0);
    expect(summaryOf(known)).toMatchObject({ retired: { waiting: expect.any(Number), due: 0 } });

    user = `${user}-back`;
    const back = await registered();
    await retireByHand(back.bucket, '2999-12-31');
    const found = await reconcile();
    expect(found.exitCode).toBe(1);
    expect(jsonLines(found)[0]).toMatchObject({ class: 'retired-bucket', userId: user, bucket: back.bucket });
    expect(await reconcile('--fix', '--yes', '--wait')).toMatchObject({ exitCode: 0 });
    expect(await retirement(back.bucket)).toEqual(IN_USE);

    // As it is when the days have passed.
    await retireByHand(bucket, '2026-01-01');
    const Body = 'not emptied yet';
    await pipeline.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'letter', Body }));
    const kept = await reconcile('--fix', '--yes');
    expect(summaryOf(kept)).toMatchObject({ retired: { due: 1 }, deleted: 0, notEmpty: 1 });
    expect(await pipeline.buckets()).toContain(bucket);
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'letter' }));
    expect(summaryOf(await reconcile())).toMatchObject({ retired: { due: 1 } });
    expect(await pipeline.buckets()).toContain(bucket);
    const deletion = await reconcile('--fix', '--yes');
    expect(deletion.exitCode).toBe(0);
    expect(summaryOf(deletion)).toMatchObject({ retired: { due: 1 }, deleted: 1, notEmpty: 0 });
    expect(await pipeline.buckets()).not.toContain(bucket);

    // A row that is put back after that gets its bucket again, by its name.
    user = left;
    await pipeline.register(user, { attributes: row });
    await logged('BucketRestorer', NOTHING, 2);
    expect(await pipeline.buckets()).toContain(bucket);
  });

  async function retireByHand(Bucket: string, emptiedFrom: string): Promise<void> {
    const { TagSet = [] } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
    const tags = tagsOfRetired(TagSet as BucketTag[], { retiredAt: 1_700_000_000, emptiedFrom });
    await pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
  }
});

describe('a deletion that the pipe gave up', () => {
  test('is redriven as what it is, and a registration beside it is not published again', async () => {
    const { bucket } = await registered();
    await pipeline.idle();
    pipeline.engine.faults.fail('events:PutEvents', 'InternalException', { status: 500 });
    await leave();
    await pipeline.waitFor('the refusal', ({ hop, outcome }) => hop === 'pipe-delivery' && outcome === 'refused');
    pipeline.clock.skip(23 * 3_600_000);
    await pipeline.waitFor('the dead letter', ({ hop }) => hop === 'pipe-dlq');
    expect(await retirement(bucket)).toEqual(IN_USE);

    expect((await operate(pipeline, 'dlq', 'show', '--pipe')).stdout).toContain(`1 deletion: ${user}`);
    const registrations = () => pipeline.entries((entry) => isEvent(entry, 'UserRegistered')).length;
    const before = registrations();
    const redriven = await operate(pipeline, 'dlq', 'redrive', '--pipe', '--yes');
    expect(redriven.stdout).toContain('1 of 1 redriven, 1 deletion put on the bus');
    await logged('BucketRetirer', RETIRED);
    expect((await retirement(bucket)).tagged).toHaveLength(2);
    expect(registrations()).toBe(before);
  });
});

function isAbout({ detail }: JournalEntry): boolean {
  return JSON.stringify(detail).includes(`"${user}"`);
}
