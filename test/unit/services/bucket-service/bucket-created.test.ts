import { describe, expect, it } from '@jest/globals';
import { BucketCreatedV1 } from '../../../../schemas/generated/bucket-created.v1.ts';
import { bucketCreated } from '../../../../services/bucket-service/bucket-created.ts';
import { createdBucket, REGISTERED_AT, registration } from '../registrations.ts';

const bucket = { bucketName: 'siutest4-20240430062715', region: 'ap-northeast-1', createdAt: REGISTERED_AT + 2 };

describe('the event of a created bucket', () => {
  it('tells the bucket, its addresses, and what led to it', () => {
    expect(bucketCreated(registration(), bucket)).toEqual(createdBucket());
  });

  it('keeps to its contract', () => {
    const detail = bucketCreated(registration('홍길동 🪣'), bucket);
    expect([BucketCreatedV1.validateDetail(detail), BucketCreatedV1.validateDetail.errors]).toEqual([true, null]);
  });

  it('has the same id however often it is told, and another for another registration', () => {
    const first = bucketCreated(registration(), bucket);
    const again = bucketCreated(registration(), { ...bucket, createdAt: bucket.createdAt + 60 });
    expect(again.metadata).toEqual(first.metadata);
    expect(bucketCreated(registration('test5'), bucket).metadata.eventId).not.toBe(first.metadata.eventId);
  });

  it('says which replay it came of', () => {
    const { metadata, data } = registration();
    const replayed = bucketCreated({ metadata: { ...metadata, replayName: 'monday' }, data }, bucket);
    expect(replayed.metadata.replayName).toBe('monday');
    expect(bucketCreated({ metadata, data }, bucket).metadata).not.toHaveProperty('replayName');
  });

  it.each([
    ['us-east-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['us-isof-south-1', 'csp.hci.ic.gov'],
  ])('given the Region %s, addresses the bucket under %s', (region, domain) => {
    const { data } = bucketCreated(registration(), { ...bucket, region });
    expect(data.bucketUrl).toBe(`https://siutest4-20240430062715.s3.${region}.${domain}/`);
    expect(data.bucketPathUrl).toBe(`https://s3.${region}.${domain}/siutest4-20240430062715`);
  });
});
