import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jsonLines, pipelineProcess, pipeline as run } from '../support/cli.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { BrokenUsers, isRepair, operate, operatorEnvironment } from './broken-users.ts';

describe('pipeline reconcile --fix', () => {
  let pipeline: Pipeline;
  let users: BrokenUsers;
  beforeEach(async () => {
    pipeline = await Pipeline.start();
    users = new BrokenUsers(pipeline);
  });
  afterEach(() => pipeline.stop());

  /** From now on nothing takes events from queues; those that were taken are done. */
  async function holdQueues(): Promise<void> {
    for (const mapping of pipeline.engine.services.mappings.values()) mapping.disable();
    await pipeline.idle();
  }

  const reconcile = (...args: string[]) => operate(pipeline, 'reconcile', '--grace', '0', ...args);

  test('twice, before the first events are handled, asks for the same buckets', async () => {
    await users.register('alice', 'bob');
    for (const userId of ['alice', 'bob']) {
      await users.loseBucket(await users.bucketOf(userId));
      await users.loseUri(userId);
    }
    await holdQueues();
    const first = jsonLines(await reconcile('--fix', '--yes', '--json')).slice(0, 2);
    const held = await reconcile('--fix', '--yes');
    expect(held.exitCode).toBe(1);
    expect(held.stderr).toContain('not fixed, as their own event may still come: ');
    const second = jsonLines(await reconcile('--fix', '--yes', '--despite-waiting', '--json')).slice(0, 2);
    expect(second).toEqual(expect.arrayContaining(first));
    const shown = await reconcile();
    expect(shown.stderr).toMatch(/^note: pending: 4 events of bucket-service in its queue\. /);
  });

  test('with --limit makes that many fixes; --as-new sends first registrations as new ones', async () => {
    await users.register('alice', 'bob');
    for (const userId of ['alice', 'bob']) {
      await users.loseBucket(await users.bucketOf(userId));
      await users.loseUri(userId);
    }
    const some = await reconcile('--fix', '--yes', '--limit', '1', '--as-new', '--wait', '--json');
    expect(some.exitCode).toBe(1);
    expect(jsonLines(some).at(-1)).toMatchObject({
      class: 'summary',
      mendable: 2,
      fixable: 2,
      mended: 1,
      fixed: 1,
      refused: 0,
      done: 1,
    });
    expect(pipeline.entries((entry) => isEvent(entry, 'BucketCreated'))).toHaveLength(3);
    expect(pipeline.entries(isRepair)).toEqual([]);
    const rest = await reconcile('--fix', '--yes', '--wait', '--json');
    expect(rest.exitCode).toBe(0);
    expect(pipeline.entries(isRepair)).toHaveLength(2);
  });

  test('given events that the bus refuses, names the users, and exits with 1', async () => {
    await users.register('alice');
    await users.loseUri('alice');
    pipeline.engine.faults.fail('events:PutEvents', 'AccessDeniedException', { status: 400 });
    const ended = await reconcile('--fix', '--yes');
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/^error: AccessDeniedException: .*; grant the permission to these credentials/);
  });

  test('given a missing permission for anything that is read, says which in one line, and mends nothing', async () => {
    await users.register('alice');
    await users.loseUri('alice');
    for (const call of ['dynamodb:Scan', 's3:ListAllMyBuckets', 'tagging:GetResources', 'dynamodb:BatchGetItem']) {
      pipeline.engine.faults.fail(call, 'AccessDeniedException', { status: 400 });
      const ended = await reconcile('--fix', '--yes');
      expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
      expect(ended.stderr).toMatch(
        /^error: AccessDeniedException: [^\n]*grant the permission to these credentials[^\n]*\n$/,
      );
    }
    expect((await pipeline.row('alice'))?.s3_bucket_uri).toBeUndefined();
  });

  test('given a row without room for its URI, says why, and puts no event for it, with exit code 1', async () => {
    await users.register('alice', 'bob');
    for (const userId of ['alice', 'bob']) await users.loseUri(userId);
    const bucket = await users.fill('alice');
    const shown = await reconcile();
    expect(shown.stdout).toMatch(
      /the bucket exists, and the row has no room for the URI: DynamoDB allows 409,600 bytes; no event can fix it: [^\n]*\n {4}alice {2}siualice-\S+ {2}409,600 bytes, \d+ too many\n/,
    );
    const lines = jsonLines(await reconcile('--fix', '--yes', '--wait', '--json'));
    const full = lines.find(({ userId }) => userId === 'alice');
    expect(full).toMatchObject({ mend: null, fix: null, row: { bytes: 409_600, tooMany: expect.any(Number) } });
    expect(lines.at(-1)).toMatchObject({ class: 'summary', mendable: 1, mended: 1, done: 1 });
    expect(pipeline.entries((entry) => isRepair(entry))).toHaveLength(1);
    expect((await pipeline.row('bob'))?.s3_bucket_uri).toBeDefined();
    const left = await reconcile('--fix', '--yes');
    expect([left.exitCode, pipeline.entries((entry) => isRepair(entry)).length]).toEqual([1, 1]);

    // What is computed here is what DynamoDB refuses, and allows.
    const tooMany = (full as { row: { tooMany: number } }).row.tooMany;
    await expect(users.recordUri('alice', bucket, 409_600 - tooMany + 1)).rejects.toThrow(/[Ii]tem size/);
    await users.recordUri('alice', bucket, 409_600 - tooMany);
    expect((await reconcile()).exitCode).toBe(0);
  });

  test('given fixes that do not work in time, names the users and where to look', async () => {
    await users.register('alice');
    await users.loseUri('alice');
    await holdQueues();
    const ended = await reconcile('--fix', '--yes', '--wait', '--timeout', '1');
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: 1 user not fixed within 1 s: alice; see npx pipeline dlq list --stack user-bucket-pipeline-dev, and/,
    );
  });
});

test('pipeline reconcile waits as many seconds as it is given for a URI, and no longer than until it comes', async () => {
  const pipeline = await Pipeline.start();
  try {
    const users = new BrokenUsers(pipeline);
    await users.register('alice');
    const bucket = await users.bucketOf('alice');
    await users.loseUri('alice');
    const args = ['reconcile', '--grace', '3600', '--stack', 'user-bucket-pipeline-dev'];
    const ended = await pipelineProcess(args, operatorEnvironment(pipeline), ({ stderr }) => {
      stderr?.once('data', () => pipeline.setAttribute('alice', 's3_bucket_uri', `s3://${bucket}`));
    });
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: 'waiting 60 min for registrations that may be pending\n',
    });
  } finally {
    await pipeline.stop();
  }
});

test.each([
  [['--wait'], /^error: --wait waits for the fixes of --fix/],
  [['--fix', '--dry-run'], /cannot be used with option/],
  [
    ['--fix'],
    /there is no terminal to ask for confirmation: add --yes to confirm, or --dry-run to only see what would happen/,
  ],
  [['--limit', '0'], /whole number/],
  [['extra'], /too many arguments/],
])('pipeline reconcile refuses %j', async (args, message) => {
  const ended = await run(['reconcile', ...args]);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(message);
});
