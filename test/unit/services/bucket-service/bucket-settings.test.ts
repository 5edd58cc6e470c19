import { describe, expect, it } from '@jest/globals';
import { bucketSettings, bucketVariables } from '../../../../services/bucket-service/bucket-settings.ts';
import { settings } from './settings.ts';

const variables = {
  AWS_REGION: 'ap-northeast-1',
  BUCKET_ACCOUNT_ID: '123456789012',
  BUCKET_CORS: 'false',
  BUCKET_NAMESPACE: 'account-regional',
  BUCKET_NAME_PREFIX: 'siu',
  BUCKET_PUBLIC_LISTING: 'false',
  BUCKET_TLS_ONLY: 'false',
  BUCKET_TAGS: '{}',
  BUCKET_LIFECYCLE: '{}',
};

describe('bucket settings', () => {
  it('are read out of the environment variables', () => {
    expect(bucketSettings(variables)).toEqual(settings());
    const changed = {
      BUCKET_CORS: 'true',
      BUCKET_PUBLIC_LISTING: 'true',
      BUCKET_TLS_ONLY: 'true',
      BUCKET_TAGS: '{"cost-center":"4711","empty":""}',
      BUCKET_LIFECYCLE: '{"abortUploadsAfterDays":7}',
    };
    expect(bucketSettings({ ...variables, ...changed })).toEqual(
      settings({
        cors: true,
        publicListing: true,
        tlsOnly: true,
        tags: { 'cost-center': '4711', empty: '' },
        lifecycle: { abortUploadsAfterDays: 7 },
      }),
    );
  });

  it('come out of the variables as they went in', () => {
    const all = settings({
      prefix: 'u',
      namespace: 'global',
      cors: true,
      publicListing: true,
      tlsOnly: true,
      tags: { team: 'a' },
      lifecycle: { intelligentTieringAfterDays: 30, expireObjectsAfterDays: 31 },
    });
    expect(bucketSettings({ ...bucketVariables(all), AWS_REGION: all.region })).toEqual(all);
    expect(bucketSettings({ ...bucketVariables(settings()), AWS_REGION: 'ap-northeast-1' })).toEqual(settings());
  });

  it.each([
    ['BUCKET_NAMESPACE', 'private', 'BUCKET_NAMESPACE must be account-regional or global; got "private"'],
    ['BUCKET_CORS', 'yes', 'BUCKET_CORS must be true or false; got "yes"'],
    ['BUCKET_PUBLIC_LISTING', '1', 'BUCKET_PUBLIC_LISTING must be true or false; got "1"'],
    ['BUCKET_TLS_ONLY', 'on', 'BUCKET_TLS_ONLY must be true or false; got "on"'],
    ...['{', '[]', '["x"]', 'null', '{"app":"mine"}', '{"aws:x":"y"}', '{"":"y"}', '{"x":1}', '{"x":"\\""}'].map(
      (json) => ['BUCKET_TAGS', json, `BUCKET_TAGS must be the JSON of an object of at most 44 tags`] as const,
    ),
    ...['{', '[]', 'null', '{"expire":1}', '{"expireObjectsAfterDays":0}', '{"expireObjectsAfterDays":"1"}'].map(
      (json) =>
        [
          'BUCKET_LIFECYCLE',
          json,
          `BUCKET_LIFECYCLE must be the JSON of an object with any of abortUploadsAfterDays`,
        ] as const,
    ),
    [
      'BUCKET_LIFECYCLE',
      '{"expireObjectsAfterDays":30,"intelligentTieringAfterDays":30}',
      'BUCKET_LIFECYCLE must have expireObjectsAfterDays after intelligentTieringAfterDays; got "{',
    ],
    ['BUCKET_ACCOUNT_ID', '12', 'BUCKET_ACCOUNT_ID must be 12 digits; got "12"'],
    ['BUCKET_ACCOUNT_ID', '1234567890123', 'BUCKET_ACCOUNT_ID must be 12 digits'],
    ['BUCKET_ACCOUNT_ID', 'x123456789012', 'BUCKET_ACCOUNT_ID must be 12 digits'],
    ['BUCKET_NAME_PREFIX', 'X', 'BUCKET_NAME_PREFIX must be a text of 1 to 8 lower-case letters'],
  ])('given %s=%s, are refused', (name, value, problem) => {
    expect(() => bucketSettings({ ...variables, [name]: value })).toThrow(problem);
  });
});
