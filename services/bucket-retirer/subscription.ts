import type { Subscription } from '../shared/subscription.ts';

/** Replays reach it: whether a bucket is retired depends on the row as it is now, and not on the event. */
export const subscription: Subscription = {
  event: 'UserDeleted',
  access: ['retire-user-buckets'],
  concurrency: 2, // so that a mass deletion does not use up what S3 grants the account
};
