import type { Subscription } from '../shared/subscription.ts';

export const subscription: Subscription = {
  event: 'BucketCreated',
  access: ['record-bucket-uris'],
};
