import type { Subscription } from '../../../../services/shared/subscription.ts';

/** Lists some users only. */
export const subscription: Subscription = {
  event: 'UserRegistered',
  where: { userId: [{ prefix: { 'equals-ignore-case': 'ada' } }] },
};
