import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonLines } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { BrokenUsers, operate, operatedBy } from './broken-users.ts';

describe('pipeline show', () => {
  let pipeline: Pipeline;
  let users: BrokenUsers;
  beforeAll(async () => {
    pipeline = await Pipeline.start();
    users = new BrokenUsers(pipeline);
  });
  afterAll(() => pipeline.stop());

  const show = (...args: string[]) => operate(pipeline, 'show', ...args);

  test('shows the row, the bucket and how far it has come, with reads alone', async () => {
    await pipeline.register('alice', { attributes: { email: { S: 'alice@example.com' } } });
    await pipeline.recorded('alice');
    const bucket = await users.bucketOf('alice');
    const { stdout, stderr, exitCode } = await show('alice');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^alice\n {2}registered +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n {2}bucket +exists\n/);
    expect(stdout).toContain(`s3_bucket_uri  s3://${bucket}\n`);
    expect(stdout).toContain('others         email (their values: --all)\n');
    expect(stdout).toContain('public access  blocked\n');
    expect(stdout).not.toContain('alice@example.com');
    expect((await show('alice', '--all')).stdout).toContain('alice@example.com');
    expect(operatedBy(pipeline).filter((call) => /:(Put|Update|Delete|Create)/.test(call))).toEqual([]);
  });

  test.each([
    ['of quotes, signs and Hangul', 'o\'neil "김민지" \\u0041'],
    ['of 2,048 bytes', 'é'.repeat(1024)],
  ])('with --json gives one object, also for an id %s', async (_case, userId) => {
    await users.register(userId);
    const [shown, ...more] = jsonLines(await show(userId, '--json'));
    expect(more).toEqual([]);
    expect(shown).toMatchObject({
      userId,
      state: { isBucketThere: true, isUriRecorded: true, isTheirs: true, isTagged: true, problems: [] },
      row: { table: pipeline.table, attributes: { userId: { S: userId } } },
      bucket: { name: await users.bucketOf(userId), region: 'ap-northeast-1', cors: null, policy: null },
    });
  });

  test('given a lost URI, finds the bucket by its tag, says what mends it, and exits with 1', async () => {
    await users.register('bob');
    const bucket = await users.bucketOf('bob');
    await users.loseUri('bob');
    const ended = await show('bob');
    expect(ended.stdout).toContain(
      '  ! the URI of the bucket is not recorded: unless it is pending, fix it with npx pipeline reconcile --fix --stack user-bucket-pipeline-dev\n',
    );
    expect(ended.stdout).toContain(`bucket ${bucket}\n`);
    expect(ended.exitCode).toBe(1);
  });

  test('given a user that there is not, says so in one line', async () => {
    const ended = await show('nobody');
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toBe(`error: there is no user nobody: the table ${pipeline.table} has no such row\n`);
  });

  test('given a missing permission for one part, shows the rest', async () => {
    await users.register('carol');
    pipeline.engine.faults.fail('s3:GetBucketTagging', 'AccessDenied', { status: 403 });
    const ended = await show('carol');
    expect(ended.stdout).toContain(
      'tags           cannot be read: AccessDenied; it needs the permission s3:GetBucketTagging\n',
    );
    expect(ended.stdout).toContain('public access  blocked\n');
    expect(ended.exitCode).toBe(0);
  });

  test.each([
    [[''], /^error: a user id must not be empty/],
    [[], /missing required argument/],
    [['a', 'b'], /too many arguments/],
  ])('refuses %j', async (args, message) => {
    const ended = await show(...args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(message);
  });
});
