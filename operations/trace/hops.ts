/** What every hop tells, beside what is its own. */
interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The replay, or other repair, that it came of. Absent where it happened for the first time. */
  readonly replay?: string;
}

/** Why somebody did not take something. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** When it is tried again, in milliseconds since the Unix epoch, where that is known. */
  readonly retryAt?: number;
}

/** A change of the user's row, which the stream tells. */
export interface RowHop extends Moment {
  readonly hop: 'row';
  readonly change: 'written' | 'changed' | 'URI written' | 'removed';
  /** The stream record's. */
  readonly eventId: string;
  readonly uri?: string;
}

/** What the pipe's filter said of a stream record. */
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
  readonly refusal?: Refusal;
}

/** The pipe gave a stream record up. */
export interface PipeGaveUpHop extends Moment {
  readonly hop: 'pipe-dlq';
  readonly condition: string;
  /** Whether not even the dead-letter queue took it. */
  readonly isLost: boolean;
}

/** An event on the bus. */
export interface EventHop extends Moment {
  readonly hop: 'event';
  readonly detailType: string;
  readonly source: string;
  /** The envelope's id. A replayed event has one of its own. */
  readonly busEventId: string;
  /** Whether there is no such bus, so that nobody got it. */
  readonly isDropped: boolean;
}

export interface ArchivedHop extends Moment {
  readonly hop: 'archived';
  readonly archive: string;
}

/** What a rule said of an event. */
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
  /** What it became in the queue. */
  readonly messageId?: string;
  readonly refusal?: Refusal;
}

/** A rule gave an event up. */
export interface RuleGaveUpHop extends Moment {
  readonly hop: 'rule-dlq';
  readonly subscriber: string;
  readonly busEventId: string;
  readonly code: string;
  /** Whether not even the dead-letter queue took it. */
  readonly isLost: boolean;
}

/** A message that no rule sent: a dead letter that was redriven, or what somebody put there. */
export interface MessageHop extends Moment {
  readonly hop: 'message';
  readonly subscriber: string;
  readonly isDlq: boolean;
  readonly busEventId?: string;
  readonly messageId: string;
}

/** A function takes messages from its queue. */
export interface BatchHop extends Moment {
  readonly hop: 'batch';
  readonly subscriber: string;
  readonly requestId: string;
  /** Those of this registration. */
  readonly messageIds: readonly string[];
  /** How often the first of them was received, this time among them. */
  readonly receive: number;
  /** Messages in the whole batch. */
  readonly size: number;
}

/** A line that a function wrote. */
export interface LogHop extends Moment {
  readonly hop: 'log';
  readonly subscriber: string;
  /** As a person reads it. */
  readonly text: string;
  readonly level?: string;
  /** The event that the line is about, and the message that brought it. */
  readonly eventId?: string;
  readonly messageId?: string;
  /** What went wrong, where the line is about that. */
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
  /** Messages of this registration that come back. */
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

export type Hop =
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

/** One registration of a user: a row that was written, and all that came of it. */
export interface Registration {
  /** What all its events and log lines carry; absent of changes whose registration is not known any more. */
  readonly correlationId?: string;
  /** In order. */
  readonly hops: readonly Hop[];
}
