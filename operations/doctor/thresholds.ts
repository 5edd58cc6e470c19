/** From where on something is no longer well. */
export const THRESHOLDS = {
  /** Milliseconds that the oldest message of a queue may wait: longer, and something holds its subscriber up. */
  oldestMessageMs: 5 * 60_000,
  /** Milliseconds at which the oldest message comes near to being lost: a subscriber's queue keeps messages for 4 days. */
  endangeredMessageMs: 3 * 24 * 3_600_000,
  /** Messages that may wait in a queue. */
  waitingMessages: 10_000,
  /** Parts of the account's bucket quota. */
  bucketQuotaWarning: 0.8,
  bucketQuotaProblem: 0.95,
} as const;
