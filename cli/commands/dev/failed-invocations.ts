import type { JournalEntry } from '../../../operations/journal/journal.ts';

export interface FailedInvocation {
  readonly functionName: string;
  /** Such as `Sandbox.Timedout: Task timed out after 10.00 seconds`. */
  readonly failure: string;
  readonly messageIds: ReadonlySet<string>;
}

/**
 * Invocations that ended without an answer, put together from two entries: how it ended, and which messages it leaves.
 * Fed with every `invocation` entry, in order.
 */
export class FailedInvocations {
  /** How they ended, by request id. */
  readonly #failures = new Map<unknown, string>();

  /** The failed invocation that an entry completes. */
  read(entry: JournalEntry): FailedInvocation | undefined {
    const { requestId, outcome, errorType, message, messageIds } = entry;
    const functionName = String(entry.functionName);
    // Of a subscriber that was removed, or of an engine that stops: nothing comes of it any more.
    if (errorType === 'Runtime.Stopped') return undefined;
    if (outcome === 'failed') {
      // Some messages begin with the function's name, which stands in front of them already.
      this.#failures.set(requestId, `${errorType}: ${String(message).replace(`${functionName}: `, '')}`);
      return undefined;
    }
    const failure = this.#failures.get(requestId);
    if (outcome !== 'items-failed' || failure === undefined) return undefined;
    this.#failures.delete(requestId);
    return { functionName, failure, messageIds: new Set(messageIds as string[]) };
  }
}
