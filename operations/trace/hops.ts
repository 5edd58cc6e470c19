/** Fields of every hop. */
interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The replay, or other repair, that caused it. Absent where it happened for the first time. */
  readonly replay?: string;
}

/** Why an attempt was refused. */
export interface RefusedAttempt {
  readonly code: string;
  readonly message: string;
  /** When it is retried, in milliseconds since the Unix epoch, if known. */
  readonly retryAt?: number;
}

/** A change of the user's row, by its stream record. */
export interface RowHop extends Moment {
  readonly hop: 'row';
  readonly change: 'written' | 'changed' | 'URI written' | 'removed';
  /** The stream record's. */
  readonly eventId: string;
  readonly uri?: string;
}

/** The pipe's filter and a stream record. */
export interface FilterHop extends Moment {
  readonly hop: 'filter';
  readonly passed: boolean;
  /** Of the stream record: INSERT, MODIFY or REMOVE. */
  readonly change: string;
}

/** The pipe's attempt to put the event on the bus. */
export interface PutHop extends Moment {
  readonly hop: 'put';
  /** 1 for the first. */
  readonly attempt: number;
  readonly refusal?: RefusedAttempt;
}

/** The pipe gave a stream record up. */
export interface PipeGaveUpHop extends Moment {
  readonly hop: 'pipe-dlq';
  readonly condition: string;
  /** Whether the dead-letter queue refused it too. */
  readonly isLost: boolean;
}

/** An event on the bus. */
export interface EventHop extends Moment {
  readonly hop: 'event';
  readonly detailType: string;
  readonly source: string;
  /** The envelope's id. A replayed event has another one. */
  readonly busEventId: string;
  /** Whether the bus does not exist, so that the event is lost. */
  readonly isDropped: boolean;
}

export interface ArchivedHop extends Moment {
  readonly hop: 'archived';
  readonly archive: string;
}

/** Whether a rule matched an event. */
export interface RuleHop extends Moment {
  readonly hop: 'rule';
  readonly subscriber: string;
  readonly busEventId: string;
  readonly matched: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** A rule's attempt to send an event to its subscriber's queue. */
export interface DeliveryHop extends Moment {
  readonly hop: 'delivery';
  readonly subscriber: string;
  readonly busEventId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Of its message in the queue. */
  readonly messageId?: string;
  readonly refusal?: RefusedAttempt;
}

/** A rule gave an event up. */
export interface RuleGaveUpHop extends Moment {
  readonly hop: 'rule-dlq';
  readonly subscriber: string;
  readonly busEventId: string;
  readonly code: string;
  /** Whether the dead-letter queue refused it too. */
  readonly isLost: boolean;
}

/** A message that no rule sent: a redriven dead letter, or one that was sent by hand. */
export interface MessageHop extends Moment {
  readonly hop: 'message';
  readonly subscriber: string;
  readonly isDlq: boolean;
  readonly busEventId?: string;
  readonly messageId: string;
}

/** A function receives messages from its queue. */
export interface BatchHop extends Moment {
  readonly hop: 'batch';
  readonly subscriber: string;
  readonly requestId: string;
  /** Those of this registration. */
  readonly messageIds: readonly string[];
  /** How often the first of them was received, including this time. */
  readonly receive: number;
  /** Messages in the whole batch. */
  readonly size: number;
}

/** A line that a function wrote. */
export interface LogHop extends Moment {
  readonly hop: 'log';
  readonly subscriber: string;
  /** Readable: level, message and fields. */
  readonly text: string;
  readonly level?: string;
  /** The event that the line is about, and the message that brought it. */
  readonly eventId?: string;
  readonly messageId?: string;
  /** What went wrong, in an error line. */
  readonly problem?: string;
  /** As the function wrote it. */
  readonly line: string;
}

/** A call of an AWS API that a function made. */
export interface CallHop extends Moment {
  readonly hop: 'api-call';
  readonly subscriber: string;
  /** Such as `s3:CreateBucket`. */
  readonly operation: string;
  readonly status: number;
  readonly code?: string;
}

/** How an invocation ended. */
export type Outcome = 'handled' | 'item failed' | 'timed out' | 'crashed' | 'failed';

/** The end of an invocation. */
export interface InvocationHop extends Moment {
  readonly hop: 'invocation';
  readonly subscriber: string;
  readonly requestId: string;
  readonly outcome: Outcome;
  /** Messages of this registration that are delivered again. */
  readonly failedIds: readonly string[];
  readonly durationMs: number;
  /** What went wrong, if the function did not answer. */
  readonly error?: string;
}

/** A queue gave a message up. */
export interface DeadLetterHop extends Moment {
  readonly hop: 'dead-letter';
  readonly subscriber: string;
  readonly messageId: string;
  readonly receives: number;
}

export type TraceHop =
  | RowHop
  | FilterHop
  | PutHop
  | PipeGaveUpHop
  | EventHop
  | ArchivedHop
  | RuleHop
  | DeliveryHop
  | RuleGaveUpHop
  | MessageHop
  | BatchHop
  | LogHop
  | CallHop
  | InvocationHop
  | DeadLetterHop;

/** One registration of a user: a row that was written, and everything that followed. */
export interface TracedRegistration {
  /** In all its events and log lines; absent for changes of a registration that the journal no longer has. */
  readonly correlationId?: string;
  /** In order. */
  readonly hops: readonly TraceHop[];
}
