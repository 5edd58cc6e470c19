import { expect, test } from '@jest/globals';
import { alike } from '../../../../operations/messages/alike.ts';

const denied = (action: string, bucket: string) =>
  `AccessDenied (403): User: arn:aws:sts::123456789012:assumed-role/bucket-service/x is not authorized to perform: ${action} on resource: arn:aws:s3:::${bucket}`;

test('a missing permission is the same one for every bucket that it is missing for', () => {
  const one = alike(denied('s3:CreateBucket', 'siu-alice-1714458435-123456789012-ap-northeast-1-an'));
  expect(alike(denied('s3:CreateBucket', 'siu-bob-1714458436-123456789012-ap-northeast-1-an'))).toBe(one);
  expect(alike(denied('s3:PutBucketTagging', 'siu-bob-1714458436-123456789012-ap-northeast-1-an'))).not.toBe(one);
});

test('what differs in more than whom it happened to is not alike', () => {
  expect(alike('NoSuchBucket (404): gone')).not.toBe(alike('NoSuchBucket (404): elsewhere'));
  expect(alike('of 1a2b3c4d-0000-4000-8000-000000000000')).toBe(alike('of ffffffff-0000-4000-8000-000000000001'));
});
