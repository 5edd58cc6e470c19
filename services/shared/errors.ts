/** What an error says besides its message. */
export interface EventErrorDetails {
  /** What a person can do about it. */
  readonly hint: string;
  readonly cause?: unknown;
  readonly userId?: string;
  readonly eventId?: string;
}

/** Handling an event failed. How it ends depends on whether another delivery can help. */
abstract class EventError extends Error {
  /** Whether the next delivery may succeed. */
  abstract readonly retryable: boolean;
  readonly hint: string;
  readonly userId?: string;
  readonly eventId?: string;

  constructor(message: string, { hint, cause, ...about }: EventErrorDetails) {
    super(message, { cause });
    this.hint = hint;
    Object.assign(this, about);
  }
}

/**
 * Handling an event failed for a reason that another delivery will meet again, such as a name that somebody else
 * holds. The event ends in the dead-letter queue, and waits there until the reason is gone.
 */
export class PermanentError extends EventError {
  override readonly name = 'PermanentError';
  readonly retryable = false;
}

/** Handling an event failed for a reason that is likely to pass, such as throttling: the next delivery may succeed. */
export class RetryableError extends EventError {
  override readonly name = 'RetryableError';
  readonly retryable = true;
}
