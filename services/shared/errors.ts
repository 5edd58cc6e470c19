/** What an error says besides its message. */
export interface EventErrorDetails {
  /** What a person can do about it. */
  readonly hint: string;
  readonly cause?: unknown;
  readonly userId?: string;
  readonly eventId?: string;
}

/** Handling an event failed. */
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
 * Handling an event failed, and another delivery will fail for the same reason, such as a bucket name that another account
 * owns. The event goes to the dead-letter queue, and stays there until the reason is gone.
 */
export class PermanentError extends EventError {
  override readonly name = 'PermanentError';
  readonly retryable = false;
}

/** Handling an event failed for a temporary reason, such as throttling: the next delivery may succeed. */
export class RetryableError extends EventError {
  override readonly name = 'RetryableError';
  readonly retryable = true;
}
