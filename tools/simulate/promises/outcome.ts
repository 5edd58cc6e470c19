import type { Plan } from '../day/plan.ts';
import type { KnownSubscription } from '../day/subscriptions.ts';
import type { CommandRun } from '../operators/operators.ts';
import type { Violation } from './violation.ts';

/** What is seen at the end of a day, and what the promises are judged by. */
export interface Bucket {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it has the rule by which S3 empties it. @default false */
  readonly isToBeEmptied?: boolean;
}

/** A registration: a new row of the users table, and what became of it. */
export interface Registered {
  readonly userId: string;
  /** Of its stream record, and so of its event. */
  readonly eventId: string;
  /** Whole seconds since the Unix epoch. */
  readonly registeredAt: number;
  /** Whether the sign-up service wrote the row. No other may make one. */
  readonly isSignUp: boolean;
  /** The URI that the row was put with, and each that it had later, in order; undefined for none. */
  readonly uris: readonly (string | undefined)[];
  /** Places in `uris` where the sign-up service put the row over the one that was there. */
  readonly putOver: readonly number[];
  /** Whether the row was deleted. */
  readonly isGone: boolean;
  /** Of the stream record of that, and so of its event. @default - it was not deleted */
  readonly deletionId?: string;
}

/** An event on the bus. */
export interface BusEvent {
  readonly detailType: string;
  readonly metadata: {
    readonly eventId: string;
    readonly correlationId: string;
    readonly causationId?: string;
    readonly replayName?: string;
  };
  readonly data: { readonly userId: string; readonly registeredAt?: number; readonly bucketName?: string };
}

/** An event that a subscriber could not handle. */
export interface DeadLetter {
  readonly userId: string;
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  readonly queue: string;
  readonly eventId: string;
  /** Why it is there: the code of a failed delivery, or how often it was received. @default - nothing says why */
  readonly reason?: string;
  /** Id of the registration where it began. */
  readonly correlationId: string;
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
  /** What the clock showed, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** When it was archived, whatever clocks showed. @default - before the day */
  readonly archivedAt?: number;
  /** When it came to the subscriber's queue first, whatever clocks showed. @default - it never did */
  readonly arrivedAt?: number;
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  readonly eventId: string;
  readonly userId: string;
}

/** A dead-letter queue of the stage. */
export interface Dlq {
  /** Such as `bucket-service`, or `pipe`. */
  readonly owner: string;
  readonly url: string;
  /** The queue where its messages failed. @default - they failed in a pipe */
  readonly sourceUrl?: string;
}

/** How a schedule ended. */
export interface Outcome {
  readonly end: 'at rest' | 'busy';
  /** Users whose registration was acknowledged. */
  readonly registered: readonly string[];
  /** In order. */
  readonly registrations: readonly Registered[];
  readonly rows: readonly { readonly userId: string; readonly uri: string | undefined }[];
  readonly buckets: readonly Bucket[];
  readonly events: readonly BusEvent[];
  /** Events in the dead-letter queues of subscribers. */
  readonly deadLetters: readonly DeadLetter[];
  /** Records that the pipes gave up, of rows that came or went, by their ids: in the pipes' dead-letter queue, or refused there too. */
  readonly lostByPipe: readonly { readonly userId: string; readonly eventId: string }[];
  /** Events that a rule could send neither to its queue nor to the dead-letter queue: only the archive has them. */
  readonly lostByRules: readonly Pick<DeadLetter, 'subscriber' | 'eventId' | 'correlationId'>[];
  /** Events that operators have deleted for good from the dead-letter queues of subscribers, or may have: an answer may be lost. */
  readonly purged: readonly Pick<DeadLetter, 'userId' | 'subscriber' | 'eventId' | 'correlationId'>[];
  readonly dlqs: readonly Dlq[];
  /** Name of the pipe of deleted rows. @default - the stage has none */
  readonly deletionPipe?: string;
  /** How many messages are left in each subscriber's queue. */
  readonly waiting: readonly number[];
  readonly bugs: readonly string[];
  /** What AWS denied, as IAM names it. */
  readonly denied: readonly string[];
  /** Log lines with personal data. */
  readonly personalLines: number;
  /** What operators ran so far. */
  readonly commands: readonly CommandRun[];
  readonly replayed: readonly ReplayedMessage[];
  readonly archived: readonly ArchivedEvent[];
  /** Events of the archive that came to the temporary queue of a command late or never, each with the name of the command's replay. */
  readonly lateReads: readonly Pick<ReplayedMessage, 'replay' | 'eventId'>[];
  /** What each subscriber of the stage wants. */
  readonly subscriptions: readonly KnownSubscription[];
  /** Whether the stage retires buckets of users who leave. */
  readonly retiresBuckets: boolean;
  /** Buckets that a replay restored, whose function died before it could take that back, and that were not retired since. */
  readonly cutShort: readonly string[];
  /** What subscribers have handled, as `uri-recorder EVENT_ID`. */
  readonly handled: ReadonlySet<string>;
  /** What broke a promise at its step, while the day went on. */
  readonly brokenSteps: readonly Violation[];
  /** Faults that struck. */
  readonly faults: number;
}

/** A promise of the pipeline: returns how the outcome breaks it. */
export type Promised = (outcome: Outcome, plan: Plan) => readonly Violation[];
