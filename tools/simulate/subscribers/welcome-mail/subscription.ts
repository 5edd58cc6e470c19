import type { Subscription } from '../../../../services/shared/subscription.ts';

/** What a mail would be: an effect that must not repeat. */
export const subscription: Subscription = { event: 'BucketCreated', replays: 'skip' };
