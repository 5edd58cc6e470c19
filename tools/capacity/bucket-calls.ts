import { planBucket } from '../../services/bucket-service/bucket-plan.ts';
import { bucketSettings } from '../../services/bucket-service/bucket-settings.ts';
import type { SubscriberFacts } from './stack-facts.ts';

/** Any will do: how many calls there are does not depend on it. */
const REGISTRATION = {
  metadata: { schemaVersion: 1 as const, eventId: 'e', correlationId: 'e' },
  data: { userId: 'u', registeredAt: 0 },
};
const ACCOUNT_ID = '123456789012';

/**
 * Calls to S3 that one new bucket takes: CreateBucket, which brings the tags, and one for each further option of the stage.
 * Asked of bucket-service itself. None for a subscriber that makes no buckets.
 */
export function bucketCalls({ variables }: SubscriberFacts): number {
  const text = (name: string): string => String(variables[name]);
  if (variables.BUCKET_NAMESPACE === undefined) return 0;
  const settings = bucketSettings({
    AWS_REGION: 'us-east-1',
    BUCKET_ACCOUNT_ID: ACCOUNT_ID,
    BUCKET_CORS: text('BUCKET_CORS'),
    BUCKET_LIFECYCLE: text('BUCKET_LIFECYCLE'),
    BUCKET_NAMESPACE: text('BUCKET_NAMESPACE'),
    BUCKET_NAME_PREFIX: text('BUCKET_NAME_PREFIX'),
    BUCKET_PUBLIC_LISTING: text('BUCKET_PUBLIC_LISTING'),
    BUCKET_TAGS: text('BUCKET_TAGS'),
    BUCKET_TLS_ONLY: text('BUCKET_TLS_ONLY'),
  });
  return 1 + planBucket(REGISTRATION, settings).settings.length;
}
