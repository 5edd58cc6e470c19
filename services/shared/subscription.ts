/**
 * What a subscriber says about itself, as plain data beside its handler: `services/<name>/subscription.ts` exports
 * one of these as `subscription`. The stack finds it there and builds the rule, queues, function and role from it.
 */
export interface Subscription {
  /** Name of the event contract that it wants, such as `UserRegistered`. */
  readonly event: string;

  /**
   * What it may touch besides its own queue. Each entry becomes the least grant that serves it, and the environment
   * variables that the handler reads.
   * @default [] it may touch nothing
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

/** The grants that a subscriber can ask for. */
export const SUBSCRIBER_ACCESS = ['create-user-buckets', 'update-users-table', 'publish-events'] as const;

export type SubscriberAccess = (typeof SUBSCRIBER_ACCESS)[number];
