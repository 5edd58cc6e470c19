import type { Subscription } from '../shared/subscription.ts';

/** It listens to BucketCreated and not to UserRegistered, so that the bucket of a user who left meanwhile is there. */
export const subscription: Subscription = {
  event: 'BucketCreated',
  access: ['retire-user-buckets'],
  concurrency: 2,
};
