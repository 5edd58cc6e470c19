import type { BucketSettings } from '../../../../services/bucket-service/bucket-settings.ts';

/** The settings of a deployment in Tokyo, all defaults but those given. */
export function settings(changes: Partial<BucketSettings> = {}): BucketSettings {
  return {
    prefix: 'siu',
    namespace: 'account-regional',
    accountId: '123456789012',
    region: 'ap-northeast-1',
    cors: false,
    publicListing: false,
    tlsOnly: false,
    tags: {},
    lifecycle: {},
    ...changes,
  };
}
