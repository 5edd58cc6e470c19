import type { Denial } from '../aws/denial.ts';

/** Fields of every hop. */
interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The replay, or other repair, that caused it. Absent where it happened for the first time. */
  readonly replay?: string;
}

/** An attempt to send something. */
interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Why it was refused. */
  readonly refusal?: RefusedAttempt;
}

export interface RefusedAttempt {
  readonly code: string;
  readonly message: string;
  /** When it is retried, in milliseconds since the Unix epoch, if known. */
  readonly retryAt?: number;
  /** What is not allowed, if that is why. */
  readonly denied?: Denial;
}

/** What a rule does with an event, for its subscriber. */
interface RuleStep {
  readonly subscriber: string;
  readonly busEventId: string;
}

type NoReplay =
  /** Its rule wants no event that a replay emits, or that came of one. */
  | { readonly why: 'skips' }
  /** The replay was for others, whose rules matched or not. */
  | { readonly why: 'not chosen'; readonly chosen: readonly string[] };

/** What is done to the engine on purpose. */
export type MarkKind = 'fault' | 'skip' | 'kill' | 'pipe-stopped' | 'pipe-started';

/** How an invocation ended. */
export type Outcome = 'handled' | 'item failed' | 'timed out' | 'crashed' | 'failed';

export type TraceHop = Moment &
  (
    | {
        /** A change of the user's row, by its stream record. */
        readonly hop: 'row';
        readonly change: 'written' | 'changed' | 'URI written' | 'removed';
        /** The stream record's. */
        readonly eventId: string;
        readonly uri?: string;
      }
    | {
        /** The pipe's filter and a stream record: INSERT, MODIFY or REMOVE. */
        readonly hop: 'filter';
        readonly passed: boolean;
        readonly change: string;
        readonly isOfDeletions?: true;
      }
    /** The pipe's attempt to put the event on the bus. */
    | ({ readonly hop: 'put'; readonly isOfDeletions?: true } & Attempt)
    | {
        /** The pipe gave a stream record up. It is lost if the dead-letter queue refused it too. */
        readonly hop: 'pipe-dlq';
        readonly condition: string;
        readonly isLost: boolean;
        readonly isOfDeletions?: true;
      }
    | {
        readonly hop: 'event';
        readonly detailType: string;
        readonly source: string;
        /** The envelope's id. A replayed event has another one. */
        readonly busEventId: string;
        /** Whether the bus does not exist, so that the event is lost. */
        readonly isDropped: boolean;
        /** Whether a replay emitted it, to the rules that the replay was for. Other events that came of one are new. */
        readonly isReplayed?: true;
      }
    | { readonly hop: 'archived'; readonly archive: string }
    /** Whether a rule matched an event, and why not. */
    | ({ readonly hop: 'rule'; readonly matched: boolean; readonly reason?: string } & RuleStep)
    | ({
        /** A subscriber does not get a replayed event, or one that came of a replay, although it takes events of that type. */
        readonly hop: 'no-replay';
      } & RuleStep &
        NoReplay)
    /** A rule's attempt to send an event to its subscriber's queue, and the id of the message there. */
    | ({ readonly hop: 'delivery'; readonly messageId?: string } & RuleStep & Attempt)
    /** A rule gave an event up. It is lost if the dead-letter queue refused it too. */
    | ({ readonly hop: 'rule-dlq'; readonly code: string; readonly isLost: boolean } & RuleStep)
    | {
        /** A message that no rule sent: a redriven dead letter, an event of a replay of chosen ones, or one that was sent by hand. */
        readonly hop: 'message';
        readonly subscriber: string;
        readonly isDlq: boolean;
        readonly busEventId?: string;
        /** Of the event in it: the bus may not know the event. */
        readonly detailType?: string;
        readonly messageId: string;
      }
    | {
        /** A function receives messages from its queue. */
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
    | {
        /** A line that a function wrote. */
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
        /** What the function's role does not allow, if that is what went wrong. */
        readonly denied?: Denial;
        /** As the function wrote it. */
        readonly line: string;
      }
    | {
        /** A call of an AWS API that a function made, such as `s3:CreateBucket`. */
        readonly hop: 'api-call';
        readonly subscriber: string;
        readonly operation: string;
        readonly status: number;
        readonly code?: string;
        /** What the function's role does not allow, if that is why it failed. */
        readonly denied?: Denial;
      }
    | {
        /** The end of an invocation. */
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
    | {
        /** Something was done to the engine on purpose, and touches this registration. */
        readonly hop: 'mark';
        readonly kind: MarkKind;
        readonly text: string;
        /** Number of the journal's entry: the same mark may touch many registrations. */
        readonly sequence: number;
        /** The invocation that it touches. */
        readonly requestId?: string;
        /** The event on the bus, or the message, that it touches. */
        readonly busEventId?: string;
        readonly messageId?: string;
      }
    | {
        /** A queue gave a message up. */
        readonly hop: 'dead-letter';
        readonly subscriber: string;
        readonly busEventId?: string;
        /** Of the event in it: what happened before may not be known. */
        readonly detailType?: string;
        readonly messageId: string;
        readonly receives: number;
      }
    | {
        /** A client deleted the message that an event had last, and did not send that event again: purged, or edited. */
        readonly hop: 'deleted';
        readonly subscriber: string;
        readonly isDlq: boolean;
        readonly busEventId?: string;
        readonly detailType?: string;
        readonly messageId: string;
      }
  );

/** The hop of one kind. */
export type HopOf<K extends TraceHop['hop']> = Extract<TraceHop, { readonly hop: K }>;

/** The hops of these kinds, in their order. */
export function hopsOf<K extends TraceHop['hop']>(hops: readonly TraceHop[], ...kinds: readonly K[]): HopOf<K>[] {
  return hops.filter((hop): hop is HopOf<K> => (kinds as readonly string[]).includes(hop.hop));
}

/** One registration of a user: a row that was written, and everything that followed. */
export interface TracedRegistration {
  /** In all its events and log lines; absent for changes of a registration that the journal no longer has. */
  readonly correlationId?: string;
  /** In order. */
  readonly hops: readonly TraceHop[];
}
