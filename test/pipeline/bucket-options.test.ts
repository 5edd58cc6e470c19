import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StageSettings } from '../../cdk/stage-settings.ts';
import { documentedSettings } from '../../tools/docs/documented-settings.ts';
import { undisturbedAssembly } from '../support/assembly.ts';
import type { ChangedAssembly } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';
import { stageAssembly } from '../support/stage-assembly.ts';

const AS_IN_THE_API: Readonly<Record<string, string>> = {
  PutBucketPublicAccessBlock: 'PutPublicAccessBlock',
  PutLifecycleConfiguration: 'PutBucketLifecycleConfiguration',
};
const LIFECYCLE = { abortUploadsAfterDays: 7, intelligentTieringAfterDays: 30, expireObjectsAfterDays: 365 };

describe('with every option of a bucket switched on', () => {
  let assembly: ChangedAssembly;
  let pipeline: Pipeline;
  let Bucket: string | undefined;
  beforeAll(async () => {
    assembly = await stageAssembly({
      bucketCors: true,
      bucketPublicListing: true,
      bucketTlsOnly: true,
      bucketTags: { 'cost-center': '4711' },
      bucketLifecycle: LIFECYCLE,
    });
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
    await pipeline.register('test4');
    Bucket = (await pipeline.recorded('test4')).s3_bucket_uri?.S?.replace('s3://', '');
  });
  afterAll(async () => {
    await pipeline.stop();
    await assembly.remove();
  });

  test('a browser of any origin may read and post', async () => {
    const { CORSRules } = await pipeline.s3.send(new GetBucketCorsCommand({ Bucket }));
    expect(CORSRules).toEqual([
      {
        AllowedHeaders: ['*'],
        AllowedMethods: ['GET', 'HEAD', 'POST'],
        AllowedOrigins: ['*'],
        ExposeHeaders: ['x-amz-server-side-encryption', 'x-amz-request-id', 'x-amz-id-2'],
        MaxAgeSeconds: 3000,
      },
    ]);
  });

  test('everyone may list the bucket, and nothing else, and nobody may do anything over plain http', async () => {
    const { Policy = '{}' } = await pipeline.s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetBucketLocation', 's3:ListBucket'],
        Resource: `arn:aws:s3:::${Bucket}`,
      }),
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  });

  test('the tags of the stage stand behind those of the registration', async () => {
    const { TagSet = [] } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet.map(({ Key }) => Key)).toEqual([
      'app',
      'userIdSha256',
      'registeredAt',
      'correlationId',
      'cost-center',
    ]);
    expect(TagSet.at(-1)).toEqual({ Key: 'cost-center', Value: '4711' });
  });

  test('one rule gives up uploads, moves objects and deletes them, each after its days', async () => {
    const { Rules } = await pipeline.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toEqual([
      {
        ID: 'user-bucket-pipeline',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        Transitions: [{ Days: 30, StorageClass: 'INTELLIGENT_TIERING' }],
        Expiration: { Days: 365 },
      },
    ]);
  });

  test('the public access block is opened for policies alone', async () => {
    const { PublicAccessBlockConfiguration } = await pipeline.s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
  });
});

describe('what the configuration page says that an option costs per user', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  /** The calls of S3 for one new user of a stage with these settings. */
  async function callsWith(settings: Partial<StageSettings>, userId: string): Promise<string[]> {
    const assembly = await stageAssembly(settings, undisturbedAssembly());
    try {
      await pipeline.engine.update([assembly.folder]);
      const { sequence = 0 } = pipeline.engine.journal.entries().at(-1) ?? {};
      await pipeline.register(userId);
      await pipeline.recorded(userId);
      return pipeline
        .entries((entry) => entry.hop === 'api-call' && entry.service === 's3' && entry.sequence > sequence)
        .map(({ operation }) => AS_IN_THE_API[String(operation)] ?? String(operation));
    } finally {
      await assembly.remove();
    }
  }

  test.each<Partial<StageSettings>>([
    {},
    { bucketCors: true },
    { bucketPublicListing: true },
    { bucketTlsOnly: true },
    { bucketTags: { 'cost-center': '4711' } },
    { bucketLifecycle: LIFECYCLE },
  ])('with %j: these calls beside CreateBucket, and no other', async (settings) => {
    const [name = 'none'] = Object.keys(settings);
    const { costs = '' } = (await documentedSettings()).find(({ path }) => path === name) ?? {};
    const [perUser = ''] = costs.split(' per user');
    expect(await callsWith(settings, `user-of-${name}`)).toEqual(['CreateBucket', ...(perUser.match(/Put\w+/g) ?? [])]);
  });

  test('with listing and TLS-only together: one policy, and so two calls', async () => {
    const calls = await callsWith({ bucketPublicListing: true, bucketTlsOnly: true }, 'user-of-both');
    expect(calls).toEqual(['CreateBucket', 'PutPublicAccessBlock', 'PutBucketPolicy']);
  });
});
