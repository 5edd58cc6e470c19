import { GetBucketTaggingCommand, PutBucketTaggingCommand, type Tag } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { EngineOptions } from '../../packages/local-engine/engine.ts';
import type { ChangedAssembly } from '../support/changed-assembly.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';
import { stageAssembly } from '../support/stage-assembly.ts';

const FOREIGN: Tag = { Key: 'cost-centre', Value: '42' };

describe('a registration that comes again', () => {
  let pipeline: Pipeline;
  let assembly: ChangedAssembly | undefined;
  afterEach(async () => {
    await pipeline.stop();
    await assembly?.remove();
  });

  /** A user with a bucket, and how its event is put again. */
  async function registered(options: Partial<EngineOptions> = {}) {
    pipeline = await Pipeline.startUndisturbed(options);
    await pipeline.register('test4');
    const Bucket = (await pipeline.recorded('test4')).s3_bucket_uri?.S?.replace('s3://', '') ?? '';
    const [event] = pipeline.entries((entry) => isEvent(entry, 'UserRegistered'));
    const comesAgain = async () => {
      await pipeline.put('users-table', 'UserRegistered', event?.detail as object);
      await pipeline.waitFor('the second BucketCreated', (entry) => isEvent(entry, 'BucketCreated'), 2);
    };
    return { Bucket, comesAgain };
  }

  const tagsOf = async (Bucket: string) =>
    (await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet ?? [];
  const logged = (message: string, times = 1) =>
    pipeline.waitFor(message, ({ hop, line }) => hop === 'log' && String(line).includes(`"${message}"`), times);
  const callsOf = (operation: string) =>
    pipeline.entries((entry) => entry.hop === 'api-call' && entry.operation === operation);

  test('leaves a healthy bucket as it is, without a write', async () => {
    const { Bucket, comesAgain } = await registered();
    const before = await tagsOf(Bucket);
    expect(before.map(({ Key }) => Key)).toEqual(['app', 'userIdSha256', 'registeredAt', 'correlationId']);
    await comesAgain();
    expect(await tagsOf(Bucket)).toEqual(before);
    expect(callsOf('PutBucketTagging')).toEqual([]);
  });

  test('gives a bucket back the tags that it lost, and keeps those of others', async () => {
    const { Bucket, comesAgain } = await registered();
    const before = await tagsOf(Bucket);
    const left = [FOREIGN, ...before.filter(({ Key }) => Key === 'app')];
    await pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: left } }));
    await comesAgain();
    expect(await tagsOf(Bucket)).toEqual([...left, ...before.filter(({ Key }) => Key !== 'app')]);
    await logged('bucket tags completed');
    expect(pipeline.logLines('bucket tags completed')).toEqual([
      expect.objectContaining({
        userId: 'test4',
        bucketName: Bucket,
        addedTags: ['userIdSha256', 'registeredAt', 'correlationId'],
      }),
    ]);
  });

  test('does so too where S3 answers as for a new bucket: in us-east-1, with a global name', async () => {
    assembly = await stageAssembly({ bucketNamespace: 'global' });
    const { Bucket, comesAgain } = await registered({ assemblies: [assembly.folder], region: 'us-east-1' });
    expect(Bucket).toMatch(/^siutest4-\d{14}$/);
    const before = await tagsOf(Bucket);
    await pipeline.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [FOREIGN] } }));
    await comesAgain();
    expect(await tagsOf(Bucket)).toEqual([FOREIGN, ...before]);
    await logged('bucket created', 2);
  });
});
