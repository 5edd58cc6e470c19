import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findSubscribers } from '../../../cdk/find-subscribers.ts';
import { METRICS_NAMESPACE, SERVICE_LEVEL_SERVICE } from '../../../services/shared/metric-names.ts';

const services = await findSubscribers(join(import.meta.dirname, '..', '..', '..', 'services'));
const accessOf = (service: string) => services.find(({ name }) => name === service)?.subscription.access;

describe('a service may do what its handler does, and nothing else', () => {
  it.each([
    ['bucket-service', ['create-user-buckets', 'publish-events']],
    ['uri-recorder', ['record-bucket-uris']],
    // They settle by the same code.
    ['bucket-retirer', ['retire-user-buckets']],
    ['bucket-restorer', ['retire-user-buckets']],
  ])('%s: %j', (service, access) => {
    expect(accessOf(service)).toEqual(access);
  });
});

it('the service that the service level is measured by is there', () => {
  expect(services.map(({ name }) => name)).toContain(SERVICE_LEVEL_SERVICE);
});

it('metrics have the namespace that the dashboards and alarms of other teams name', () => {
  expect(METRICS_NAMESPACE).toBe('UserBucketPipeline');
});
