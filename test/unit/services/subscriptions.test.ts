import { describe, expect, it } from '@jest/globals';
import { subscription as bucketRestorer } from '../../../services/bucket-restorer/subscription.ts';
import { subscription as bucketRetirer } from '../../../services/bucket-retirer/subscription.ts';
import { subscription as bucketService } from '../../../services/bucket-service/subscription.ts';
import { METRICS_NAMESPACE, SERVICE_LEVEL_SERVICE } from '../../../services/shared/metric-names.ts';
import { subscription as uriRecorder } from '../../../services/uri-recorder/subscription.ts';

describe('a service may do what its handler does, and nothing else', () => {
  it.each([
    ['bucket-service', bucketService, 'UserRegistered', ['create-user-buckets', 'publish-events']],
    ['uri-recorder', uriRecorder, 'BucketCreated', ['record-bucket-uris']],
    // They settle by the same code.
    ['bucket-retirer', bucketRetirer, 'UserDeleted', ['retire-user-buckets']],
    ['bucket-restorer', bucketRestorer, 'BucketCreated', ['retire-user-buckets']],
  ])('%s', (_service, subscription, event, access) => {
    expect(subscription).toMatchObject({ event, access });
  });
});

it('the service that the service level is measured by records the URIs', () => {
  expect(SERVICE_LEVEL_SERVICE).toBe('uri-recorder');
});

it('metrics have the namespace that the dashboards and alarms of other teams name', () => {
  expect(METRICS_NAMESPACE).toBe('UserBucketPipeline');
});
