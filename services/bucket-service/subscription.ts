import type { Subscription } from '../shared/subscription.ts';

export const subscription: Subscription = {
  event: 'UserRegistered',
  access: ['create-user-buckets', 'publish-events'],
};
