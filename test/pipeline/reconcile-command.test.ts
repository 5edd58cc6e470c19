import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangedAssembly } from '../support/changed-assembly.ts';
import { jsonLines } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';
import { stageAssembly } from '../support/stage-assembly.ts';
import { BrokenUsers, isRepair, operate, operatedBy } from './broken-users.ts';

const READS = [
  'cloudformation:DescribeStacks',
  'dynamodb:BatchGetItem',
  'dynamodb:DescribeTable',
  'dynamodb:Scan',
  'pipes:DescribePipe',
  's3:GetBucketTagging',
  's3:ListAllMyBuckets',
  'sqs:GetQueueAttributes',
  'tagging:GetResources',
];

describe.each([
  ['account-regional', 'ap-northeast-1'],
  ['global', 'us-east-1'],
] as const)('pipeline reconcile, with %s names in %s', (namespace, region) => {
  let assembly: ChangedAssembly;
  let pipeline: Pipeline;
  let users: BrokenUsers;
  beforeEach(async () => {
    assembly = await stageAssembly({ bucketNamespace: namespace });
    pipeline = await Pipeline.start({ assemblies: [assembly.folder], region });
    users = new BrokenUsers(pipeline);
  });
  afterEach(async () => {
    await pipeline.stop();
    await assembly.remove();
  });

  const reconcile = (...args: string[]) => operate(pipeline, 'reconcile', '--grace', '0', ...args);
  const found = async () =>
    jsonLines(await reconcile('--json'))
      .flatMap(({ class: name, userId = '-' }) => (name === 'summary' ? [] : [`${name} ${userId}`]))
      .sort();

  test('shows what is broken without a write, fixes it with events alone, and then finds nothing', async () => {
    const [noUri, noTrace, noTags] = ['o\'neil "김민지" \\u0041 <$.x>', 'é'.repeat(1024), 'Carol@example.com'];
    await users.register('alice', 'bob', 'half', noUri, noTags);
    const before = await users.everything();
    await pipeline.register(noTrace);
    await pipeline.recorded(noTrace);
    await pipeline.idle();
    await users.loseUri(noUri);
    await users.loseBucket(await users.bucketOf(noTrace));
    await users.loseUri(noTrace);
    await users.loseBucket(await users.bucketOf('bob'));
    await users.setTags(await users.bucketOf(noTags), { Key: 'cost-centre', Value: '42' });
    const half = await users.bucketOf('half');
    await users.setTags(half, ...(await users.tagsOf(half)).filter(({ Key }) => Key !== 'app'));
    const events = pipeline.entries(({ hop }) => hop === 'event').length;

    const shown = await reconcile('--json');
    const summary = jsonLines(shown).at(-1);
    expect(summary).toEqual({
      class: 'summary',
      rows: 6,
      buckets: 4,
      found: {
        'user-without-uri': 2,
        'uri-without-bucket': 1,
        'bucket-without-tags': 2,
        'bucket-without-user': 0,
        'retired-bucket': 0,
        conflict: 0,
      },
      mendable: 5,
      fixable: 5,
      underWay: [],
      pending: [],
    });
    expect(shown).toMatchObject({ exitCode: 1, stderr: '' });
    expect(READS).toEqual(expect.arrayContaining(operatedBy(pipeline)));
    expect(pipeline.entries(({ hop }) => hop === 'event')).toHaveLength(events);

    const fixed = await reconcile('--fix', '--yes', '--wait');
    expect(fixed.stdout).toMatch(/5 events put on the bus\.\nFixed: 5 of 5\.\n$/);
    expect(fixed).toMatchObject({ exitCode: 0, stderr: '' });
    expect([...READS, 'events:DescribeEventBus', 'events:PutEvents']).toEqual(
      expect.arrayContaining(operatedBy(pipeline)),
    );
    const again = await reconcile();
    expect(again.stdout).toMatch(
      /^Nothing to fix: every user has a bucket, every bucket a user \(6 rows and 6 buckets/,
    );
    expect(again.exitCode).toBe(0);

    const { rows, buckets } = await users.everything();
    expect(rows).toMatchObject(before.rows as object);
    expect(Object.keys(buckets)).toEqual(expect.arrayContaining(Object.keys(before.buckets)));
    expect(buckets[await users.bucketOf(noUri)]).toEqual(before.buckets[await users.bucketOf(noUri)]);
    const tagsOf = async (userId: string) =>
      Object.fromEntries((buckets[await users.bucketOf(userId)] ?? []).map(({ Key, Value }) => [Key, Value]));
    const tagsBefore = async (userId: string) =>
      Object.fromEntries((before.buckets[await users.bucketOf(userId)] ?? []).map(({ Key, Value }) => [Key, Value]));
    await expect(tagsOf('half')).resolves.toEqual(await tagsBefore('half'));
    const { correlationId: _carol, ...ofCarol } = await tagsBefore(noTags);
    await expect(tagsOf(noTags)).resolves.toMatchObject({ ...ofCarol, 'cost-centre': '42' });
    const { correlationId: _bob, ...ofBob } = await tagsBefore('bob');
    await expect(tagsOf('bob')).resolves.toMatchObject(ofBob);
    // A bucket has its tags before its event is on the bus.
    await pipeline.idle();
    // Whoever skips replays is told nothing twice.
    const repairs = pipeline.entries(isRepair);
    expect(repairs).toHaveLength(9);
  });

  test('leaves what no event can fix, and fixes the rest', async () => {
    await users.register('alice', 'bob', 'gone', 'erin');
    await pipeline.dynamodb.send(new DeleteItemCommand({ TableName: pipeline.table, Key: { userId: { S: 'gone' } } }));
    await pipeline.setAttribute('erin', 's3_bucket_uri', `s3://${await users.bucketOf('alice')}`);
    await pipeline.setAttribute('bob', 's3_bucket_uri', 's3://photos-of-bob');
    const before = await users.everything();
    const expected = [
      'bucket-without-user -',
      'bucket-without-user -',
      'bucket-without-user -',
      'conflict erin',
      'uri-without-bucket bob',
    ];
    await expect(found()).resolves.toEqual(expected);
    const ended = await reconcile('--fix', '--yes');
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('you have to fix 5.\n');
    expect(pipeline.entries(isRepair)).toEqual([]);
    await expect(users.everything()).resolves.toEqual(before);
    await expect(found()).resolves.toEqual(expected);
  });
});
