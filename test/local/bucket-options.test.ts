import { GetBucketCorsCommand, GetBucketPolicyCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';

describe('with the CORS rule and the listing policy switched on', () => {
  let assembly: ChangedAssembly;
  let pipeline: Pipeline;
  let Bucket: string | undefined;
  beforeAll(async () => {
    assembly = await changedAssembly((resources) => {
      const { Variables } = ofType(resources, 'AWS::Lambda::Function', 'BucketService').Environment;
      expect(Variables).toMatchObject({ BUCKET_CORS: 'false', BUCKET_PUBLIC_LISTING: 'false' });
      Object.assign(Variables, { BUCKET_CORS: 'true', BUCKET_PUBLIC_LISTING: 'true' });
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

  test('everyone may list the bucket, and nothing else', async () => {
    const { Policy = '{}' } = await pipeline.s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetBucketLocation', 's3:ListBucket'],
        Resource: `arn:aws:s3:::${Bucket}`,
      }),
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
