/** What was asked for could not be done. The message says what happened, to what, and what to do next, in one line. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** What was asked for makes no sense as it was asked. Nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
