import { subscription as bucketRestorer } from '../../../services/bucket-restorer/subscription.ts';
import { subscription as bucketRetirer } from '../../../services/bucket-retirer/subscription.ts';
import { subscription as bucketService } from '../../../services/bucket-service/subscription.ts';
import { SUBSCRIPTION_DEFAULTS, type Subscription } from '../../../services/shared/subscription.ts';
import { subscription as uriRecorder } from '../../../services/uri-recorder/subscription.ts';
import type { Outcome } from '../promises/index.ts';

/** What each subscriber says about itself, by its name. */
const SUBSCRIPTIONS: Readonly<Record<string, Subscription>> = {
  'bucket-service': bucketService,
  'uri-recorder': uriRecorder,
  'bucket-retirer': bucketRetirer,
  'bucket-restorer': bucketRestorer,
};

/** @throws Error for a subscriber that no stage has */
export function subscriptionOf(subscriber: string): Outcome['subscriptions'][number] {
  const found = SUBSCRIPTIONS[subscriber];
  if (found === undefined) throw new Error(`Nothing is known of what ${subscriber} subscribes to.`);
  const { event, replays = SUBSCRIPTION_DEFAULTS.replays } = found;
  return { subscriber, event, replays };
}
