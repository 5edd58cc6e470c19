import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  paginateListBuckets,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../support/client-settings.ts';
import { Pipeline } from '../support/pipeline.ts';

const LocationConstraint = 'ap-northeast-1';

describe("buckets, by AWS's own clients", () => {
  let pipeline: Pipeline;
  let tagging: ResourceGroupsTaggingAPIClient;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    tagging = new ResourceGroupsTaggingAPIClient(clientSettings(pipeline.engine));
    for (const userId of ['a', 'b', 'c']) await pipeline.register(userId);
    for (const userId of ['a', 'b', 'c']) await pipeline.recorded(userId);
    await create('not-of-the-pipeline');
  });
  afterAll(async () => {
    tagging.destroy();
    await pipeline.stop();
  });

  const create = (Bucket: string) =>
    pipeline.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));

  test('given users, their buckets are listed in pages, by prefix and with their Region', async () => {
    const pages = [];
    const search = { Prefix: 'siu', BucketRegion: LocationConstraint };
    for await (const page of paginateListBuckets({ client: pipeline.s3, pageSize: 2 }, search)) pages.push(page);
    expect(pages.map(({ Buckets = [] }) => Buckets.length)).toEqual([2, 1]);
    const buckets = pages.flatMap(({ Buckets = [] }) => Buckets);
    expect(buckets.map(({ Name = '' }) => Name.slice(0, 5))).toEqual(['siua-', 'siub-', 'siuc-']);
    expect(buckets[0]).toMatchObject({ BucketRegion: LocationConstraint, CreationDate: expect.any(Date) });
    expect(pages[0]?.Prefix).toBe('siu');
  });

  test('given its tag, the buckets of the pipeline are found, and no other', async () => {
    const mappings = [];
    const search = {
      ResourceTypeFilters: ['s3'],
      TagFilters: [{ Key: 'app', Values: ['user-bucket-pipeline'] }],
    };
    for await (const page of paginateGetResources({ client: tagging, pageSize: 2 }, search)) {
      mappings.push(...(page.ResourceTagMappingList ?? []));
    }
    expect(mappings.map(({ ResourceARN }) => ResourceARN)).toEqual([
      expect.stringMatching(/^arn:aws:s3:::siua-/),
      expect.stringMatching(/^arn:aws:s3:::siub-/),
      expect.stringMatching(/^arn:aws:s3:::siuc-/),
    ]);
    expect(mappings[0]?.Tags).toContainEqual({ Key: 'userIdSha256', Value: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('given a bucket, its head, location and tags are read, and its tags can be changed', async () => {
    const Bucket = 'mine';
    await create(Bucket);
    const head = await pipeline.s3.send(new HeadBucketCommand({ Bucket }));
    expect(head.BucketRegion).toBe(LocationConstraint);
    expect(await pipeline.s3.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({ LocationConstraint });
    const tags = () => pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
    await expect(tags()).rejects.toMatchObject({ name: 'NoSuchTagSet' });
    const TagSet = [{ Key: 'team', Value: 'a + b' }];
    await pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect(await tags()).toMatchObject({ TagSet });
  });

  test('given an object in it, a bucket is not deleted', async () => {
    const Bucket = 'full';
    await create(Bucket);
    await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }));
    const deletion = pipeline.s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(deletion).rejects.toMatchObject({ name: 'BucketNotEmpty', $metadata: { httpStatusCode: 409 } });
  });

  test('given a bucket that does not exist, its head is not found', async () => {
    await expect(pipeline.s3.send(new HeadBucketCommand({ Bucket: 'none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
