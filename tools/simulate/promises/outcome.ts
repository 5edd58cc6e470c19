import type { CommandRun } from '../operators/operators.ts';
import type { Violation } from './violation.ts';

/** What is seen at the end of a day, and what the promises are judged by. */
export interface Bucket {
  readonly name: string;
  /** The document of its tags. */
  readonly tags: string;
}

/** An event on the bus. */
export interface BusEvent {
  readonly detailType: string;
  readonly metadata: { readonly eventId: string; readonly correlationId: string; readonly causationId?: string };
  readonly data: { readonly userId: string };
}

/** A message of a replay, in a subscriber's queue or its dead-letter queue. */
export interface ReplayedMessage {
  /** Name of the replay. */
  readonly replay: string;
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  readonly eventId: string;
  readonly userId: string;
}

/** An event in the archive that a subscriber's rule matched when it was new. */
export interface ArchivedEvent {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  readonly eventId: string;
  readonly userId: string;
}

/** How a schedule ended. */
export interface Outcome {
  readonly end: 'at rest' | 'busy';
  /** Users whose registration was acknowledged. */
  readonly registered: readonly string[];
  readonly rows: readonly { readonly userId: string; readonly uri: string | undefined }[];
  readonly buckets: readonly Bucket[];
  /** Every URI that a user's row ever had. */
  readonly urisOf: ReadonlyMap<string, readonly string[]>;
  readonly events: readonly BusEvent[];
  /** Whose events are in which dead-letter queue. */
  readonly deadLetters: readonly { readonly userId: string; readonly queue: string }[];
  /** Users whose record is in the pipe's dead-letter queue. */
  readonly lostByPipe: readonly string[];
  /** How many messages are left in each subscriber's queue. */
  readonly waiting: readonly number[];
  readonly bugs: readonly string[];
  readonly denied: number;
  /** Log lines with personal data. */
  readonly personalLines: number;
  /** What operators ran so far. */
  readonly commands: readonly CommandRun[];
  readonly replayed: readonly ReplayedMessage[];
  readonly archived: readonly ArchivedEvent[];
  /** What broke a promise at its step, while the day went on. */
  readonly brokenSteps: readonly Violation[];
  /** Faults that struck. */
  readonly faults: number;
}
