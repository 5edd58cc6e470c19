import { describe, expect, it } from '@jest/globals';
import { bucketSettings } from '../../../../services/bucket-service/bucket-settings.ts';
import { settings } from './settings.ts';

const variables = {
  AWS_REGION: 'ap-northeast-1',
  BUCKET_ACCOUNT_ID: '123456789012',
  BUCKET_CORS: 'false',
  BUCKET_NAMESPACE: 'account-regional',
  BUCKET_NAME_PREFIX: 'siu',
  BUCKET_PUBLIC_LISTING: 'false',
};

describe('bucket settings', () => {
  it('are read out of the environment variables', () => {
    expect(bucketSettings(variables)).toEqual(settings());
    expect(bucketSettings({ ...variables, BUCKET_CORS: 'true', BUCKET_PUBLIC_LISTING: 'true' })).toEqual(
      settings({ cors: true, publicListing: true }),
    );
  });

  it.each([
    ['BUCKET_NAMESPACE', 'private', 'BUCKET_NAMESPACE must be account-regional or global; got "private"'],
    ['BUCKET_CORS', 'yes', 'BUCKET_CORS must be true or false; got "yes"'],
    ['BUCKET_PUBLIC_LISTING', '1', 'BUCKET_PUBLIC_LISTING must be true or false; got "1"'],
    ['BUCKET_ACCOUNT_ID', '12', 'BUCKET_ACCOUNT_ID must be 12 digits; got "12"'],
    ['BUCKET_NAME_PREFIX', 'X', 'the bucket name prefix must be lower-case'],
  ])('given %s=%s, are refused', (name, value, problem) => {
    expect(() => bucketSettings({ ...variables, [name]: value })).toThrow(problem);
  });
});
