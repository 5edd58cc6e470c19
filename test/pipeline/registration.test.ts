import { GetBucketTaggingCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isLegalBucketName } from '../support/legal-bucket-name.ts';
import { isEvent, Pipeline } from '../support/pipeline.ts';

const IDS = [
  'test4',
  'test5',
  '8c2f6d1e-3a7b-4c9d-9e10-5f6a7b8c9d0e',
  'kim.minji+signup@example.com',
  'ap-northeast-1:1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081',
  '김민지',
  'ADMIN_USER_01',
  'say "hi" \\ bye',
  'two\nlines\tand a tab',
  'first.second.third',
  'x'.repeat(300),
];

describe('a registration', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterAll(() => pipeline.stop());

  test.each(IDS)('of %j ends with one legal bucket, and its addresses in the row', async (userId) => {
    const before = await pipeline.buckets();
    await pipeline.register(userId, { attributes: { plan: { S: 'free' } } });

    const row = await pipeline.recorded(userId);

    const made = (await pipeline.buckets()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(1);
    const [name = ''] = made;
    expect(isLegalBucketName(name, 'account-regional')).toBe(true);
    expect(row).toEqual({
      userId: { S: userId },
      plan: { S: 'free' },
      s3_bucket_uri: { S: `s3://${name}` },
      s3_bucket_url: { S: `https://${name}.s3.ap-northeast-1.amazonaws.com/` },
    });
  });

  test('is named by one correlation id in both events and on every log line', async () => {
    await pipeline.register('correlated');
    await pipeline.recorded('correlated');

    const events = pipeline
      .entries((entry) => entry.hop === 'event')
      .map(({ detailType, detail }) => ({ detailType, detail: detail as Detail }))
      .filter(({ detail }) => detail.data.userId === 'correlated');
    expect(events.map(({ detailType }) => detailType)).toEqual(['UserRegistered', 'BucketCreated']);
    const [registered, created] = events;
    const { eventId } = registered?.detail.metadata ?? {};
    expect(registered?.detail.metadata.correlationId).toBe(eventId);
    expect(created?.detail.metadata).toEqual({
      schemaVersion: 1,
      eventId: `${eventId}:BucketCreated`,
      correlationId: eventId,
      causationId: eventId,
    });
    for (const message of ['bucket created', 'bucket URI recorded']) {
      await pipeline.waitFor(message, ({ hop, line }) => {
        return hop === 'log' && String(line).includes(message) && String(line).includes('"correlated"');
      });
      const line = pipeline.logLines(message).find(({ userId }) => userId === 'correlated');
      expect(line).toMatchObject({ level: 'INFO', correlationId: eventId, userId: 'correlated' });
    }
  });

  test('makes a bucket that is tagged and closed to the public', async () => {
    await pipeline.register('tagged');
    const row = await pipeline.recorded('tagged');
    const Bucket = row.s3_bucket_uri?.S?.replace('s3://', '');

    const { TagSet } = await pipeline.s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet).toContainEqual({ Key: 'app', Value: 'user-bucket-pipeline' });
    const { PublicAccessBlockConfiguration } = await pipeline.s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
  });

  test('is kept in the archive, both events of it', async () => {
    await pipeline.register('archived');
    await pipeline.recorded('archived');
    const ids = pipeline
      .entries((entry) => isEvent(entry, 'UserRegistered') || isEvent(entry, 'BucketCreated'))
      .filter(({ detail }) => (detail as Detail).data.userId === 'archived')
      .map(({ eventId }) => eventId);
    const archived = pipeline.entries(({ hop, eventId }) => hop === 'archived' && ids.includes(eventId));
    expect(archived).toHaveLength(2);
  });
});

describe.each(['us-east-1', 'eu-central-1', 'mars-north-7', 'cn-north-1'])('in the region %s', (region) => {
  test('a registration ends with its bucket there', async () => {
    const pipeline = await Pipeline.startUndisturbed({ region });
    try {
      await pipeline.register('test4');
      const row = await pipeline.recorded('test4');
      expect(row.s3_bucket_uri?.S).toMatch(new RegExp(`^s3://siutest4-\\d{14}-123456789012-${region}-an$`));
      expect(row.s3_bucket_url?.S).toContain(`.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`);
    } finally {
      await pipeline.stop();
    }
  });
});

interface Detail {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly data: { readonly userId: string };
}
