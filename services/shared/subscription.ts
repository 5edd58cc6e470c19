import type { DetailOf } from '../../schemas/event-contract.ts';
import type { EventDetails, EventName, newestContracts } from '../../schemas/generated/event-contracts.ts';
import type { Where } from './where.ts';

/**
 * What a subscriber says about itself, as plain data beside its handler: `services/<name>/subscription.ts` exports
 * one of these as `subscription`. The stack finds it there and builds the rule, queues, function and role from it.
 */
export type Subscription = {
  [Name in EventName]: SubscriptionTo<Name>;
}[EventName];

/** A subscription to one event. It chooses by the fields of the version that it gets, or of the newest. */
type SubscriptionTo<Name extends EventName> =
  | (Wanted<Name, DetailOf<(typeof newestContracts)[Name]>> & AnyVersion)
  | {
      [Version in keyof EventDetails[Name]]: Wanted<Name, EventDetails[Name][Version]> & OneVersion<Version>;
    }[keyof EventDetails[Name]];

interface Wanted<Name, Detail> extends SubscriptionOptions {
  /** Name of the event that it wants, such as `UserRegistered`: one of those in `schemas/`. */
  readonly event: Name;

  /**
   * Which of these events it wants, by fields of their `data`: `{ region: ['eu-west-1', { prefix: 'us-' }] }`. The others do not
   * reach its queue. Synthesis refuses what no event of the contract can fulfil.
   * @default {} all of them
   */
  readonly where?: Detail extends { readonly data: infer Data } ? Where<Data> : never;
}

interface AnyVersion {
  /**
   * With `any`, every version reaches it, and an event of one that the handler does not know ends in its dead-letter queue.
   * @default 'any'
   */
  readonly schemaVersion?: 'any';
}

interface OneVersion<Version> {
  /** The version that reaches it: for a handler of an older contract, while a newer one is published as well. */
  readonly schemaVersion: Version;
}

/** What it may do, and how it gets its events. */
export interface SubscriptionOptions {
  /**
   * What it may access besides its own queue. Each entry becomes the least grant that serves it, and the environment
   * variables that the handler reads. {@link SUBSCRIBER_ACCESS} says what there is.
   * @default [] nothing
   */
  readonly access?: readonly SubscriberAccess[];

  /**
   * Seconds that one batch may take, 1 to 900.
   * @default 10
   */
  readonly timeoutSeconds?: number;

  /**
   * Batches worked on at the same time, 2 to 1,000 (the range of an SQS event source's maximum concurrency).
   * @default 10
   */
  readonly concurrency?: number;

  /**
   * Events in one batch at most, 1 to 10.
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * Whether replayed events reach it: `skip` for effects that must not repeat, such as a mail.
   * @default 'receive'
   */
  readonly replays?: 'receive' | 'skip';
}

/** Defaults of a subscription. */
export const SUBSCRIPTION_DEFAULTS = {
  schemaVersion: 'any',
  where: {},
  access: [],
  timeoutSeconds: 10,
  concurrency: 10,
  batchSize: 10,
  replays: 'receive',
} as const satisfies Required<SubscriptionOptions> & { readonly schemaVersion: 'any'; readonly where: object };

/** The grants that a subscriber can ask for, and what each allows. */
export const SUBSCRIBER_ACCESS = {
  'create-user-buckets': 'create buckets for users, with tags and the settings of the stage',
  'retire-user-buckets': 'tag buckets of users who left, have S3 empty them by a rule, and take both back',
  'put-user-objects': 'write objects into the buckets of users',
  'read-user-objects': 'read objects in the buckets of users',
  'read-users-table': 'read rows of the users table by their key',
  'update-users-table': 'update rows of the users table, all of their attributes',
  'record-bucket-uris': "update a bucket's addresses in the rows of the users table, and nothing else there",
  'publish-events': 'publish events to the bus',
} as const;

export type SubscriberAccess = keyof typeof SUBSCRIBER_ACCESS;

/** Attempts at one event before it is a dead letter. AWS advises at least 5, so that throttling is not failure. */
export const MOST_RECEIVES = 5;

/** The attributes of a user's row that hold the addresses of the user's bucket. */
export const RECORDED_ATTRIBUTES = { uri: 's3_bucket_uri', url: 's3_bucket_url' } as const;
