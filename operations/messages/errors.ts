/** An operation failed. The message says what happened, to what, and what to do, in one line. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** An operation was called with wrong arguments. Nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
