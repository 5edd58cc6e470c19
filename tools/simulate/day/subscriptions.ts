import { subscription as bucketRestorer } from '../../../services/bucket-restorer/subscription.ts';
import { subscription as bucketRetirer } from '../../../services/bucket-retirer/subscription.ts';
import { subscription as bucketService } from '../../../services/bucket-service/subscription.ts';
import { SUBSCRIPTION_DEFAULTS, type Subscription } from '../../../services/shared/subscription.ts';
import { subscription as uriRecorder } from '../../../services/uri-recorder/subscription.ts';
import { subscription as directory } from '../subscribers/directory/subscription.ts';
import { subscription as welcomeMail } from '../subscribers/welcome-mail/subscription.ts';

/** What a day must know of a subscriber. */
export interface KnownSubscription {
  readonly subscriber: string;
  readonly event: string;
  readonly replays: 'receive' | 'skip';
  /** How the ids of the users begin whom its condition lets through, in small letters. @default - all */
  readonly userPrefix?: string;
}

/** What each subscriber says about itself, by its name. */
const SUBSCRIPTIONS: Readonly<Record<string, Subscription>> = {
  'bucket-service': bucketService,
  'uri-recorder': uriRecorder,
  'bucket-retirer': bucketRetirer,
  'bucket-restorer': bucketRestorer,
  directory,
  'welcome-mail': welcomeMail,
};

/** Whom the condition of `directory` lets through, said in another way than there. */
const PREFIXES: Readonly<Record<string, string>> = { directory: 'ada' };

/** @throws Error for a subscriber that no stage has */
export function subscriptionOf(subscriber: string): KnownSubscription {
  const found = SUBSCRIPTIONS[subscriber];
  if (found === undefined) throw new Error(`Nothing is known of what ${subscriber} subscribes to.`);
  const { event, replays = SUBSCRIPTION_DEFAULTS.replays } = found;
  const userPrefix = PREFIXES[subscriber];
  return { subscriber, event, replays, ...(userPrefix !== undefined && { userPrefix }) };
}
