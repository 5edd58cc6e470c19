/**
 * What the console's server gives to its page, as JSON. Types alone, so that the page contains nothing of the server. Times are
 * milliseconds since the Unix epoch.
 */

/** Which pipeline the console shows. */
export interface ConsoleInfo {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** On this machine, or on AWS. */
  readonly place: 'engine' | 'aws';
  /** The address of the engine. */
  readonly endpoint?: string;
  /** Whether the page may change something; the server refuses it otherwise. */
  readonly isWritable: boolean;
}

/** The answer where a request failed: what happened, to what, and what to do. */
export interface Refusal {
  readonly error: string;
}

/** A user, as far as it is known now. */
export interface UserPage {
  readonly userId: string;
  /** The server's time of this reading. */
  readonly now: number;
  readonly row: { readonly exists: boolean; readonly uri?: string };
  /** Whether the local engine's journal was read; AWS has none. */
  readonly hasJournal: boolean;
  /** Subscribers whose logs were read. */
  readonly logsOf: readonly string[];
  readonly unread: readonly { readonly subscriber: string; readonly problem: string }[];
  /** The newest first. */
  readonly registrations: readonly RegistrationView[];
  /** The command that shows the same. */
  readonly command: string;
}

export type Verdict = 'done' | 'waiting' | 'failed';

/** One registration of a user, as a waterfall. */
export interface RegistrationView {
  readonly correlationId?: string;
  readonly verdict: Verdict;
  /** How it stands, in a sentence. */
  readonly summary: string;
  readonly startedAt: number;
  /** When the last thing happened. */
  readonly lastAt: number;
  readonly openEnds: readonly OpenEndView[];
  readonly tracks: readonly Track[];
}

/** Something that it still waits for, or that will not happen any more. */
export interface OpenEndView {
  readonly kind: 'waiting' | 'dead-letter' | 'lost' | 'dropped' | 'unmatched';
  readonly since: number;
  readonly text: string;
  /** A command that shows more. */
  readonly command?: string;
}

export type TrackState = 'done' | 'waiting' | 'working' | 'failed' | 'stopped';

/** One line of the waterfall: what one part of the pipeline does with one record, event or message. */
export interface Track {
  readonly id: string;
  /** Such as `bucket-service`. */
  readonly who: string;
  /** Such as `handles UserRegistered`. */
  readonly what: string;
  /** The replay, or other repair, that caused it. */
  readonly replay?: string;
  readonly state: TrackState;
  readonly spans: readonly Span[];
  readonly hops: readonly HopView[];
  /** What it was given. */
  readonly payload?: PayloadView;
}

/** A part of a track in which it waits or works; a span without an end lasts until now. */
export interface Span {
  readonly kind: 'waiting' | 'working';
  readonly from: number;
  readonly to?: number;
  /** Whether it ended in a failure. */
  readonly isFailed: boolean;
}

export interface HopView {
  readonly at: number;
  readonly kind: string;
  readonly who: string;
  readonly text: string;
  readonly isProblem: boolean;
}

export interface PayloadView {
  /** Such as `the stream record`. */
  readonly title: string;
  /** JSON, indented. */
  readonly text: string;
  /** What differs from the payload of the hop before; absent for the first. */
  readonly changes?: readonly PayloadChange[];
}

/** A field that is new or has another value. */
export interface PayloadChange {
  /** Such as `detail.data.userId`. */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Users, the latest first. */
export interface UserListPage {
  /** The server's time of this reading. */
  readonly now: number;
  readonly users: readonly ListedUser[];
  /** What they were read from, and how far back, in a sentence. */
  readonly source: string;
}

export interface ListedUser {
  readonly userId: string;
  readonly at: number;
  readonly verdict: Verdict;
  /** The URI in the row; without one, what it waits for or what failed. */
  readonly text: string;
}

/** What a search found. */
export interface FoundUsers {
  readonly query: string;
  readonly users: readonly { readonly userId: string; readonly reason: string }[];
  /** Where it was searched, in a sentence. */
  readonly source: string;
}

/** What registering gave. */
export interface RegisteredUsers {
  readonly reports: readonly {
    readonly userId: string;
    readonly status: 'registered' | 'exists' | 'failed';
    readonly problem?: string;
  }[];
}

/** The parts of the pipeline, how they are connected, and how much goes through each. */
export interface FlowPage {
  readonly now: number;
  /** Numbers are of so many last minutes, and of the minute that runs. */
  readonly minutes: number;
  readonly table: string;
  readonly pipe: string;
  /** The types of events that the pipe puts on the bus. */
  readonly pipePublishes: readonly string[];
  readonly subscribers: readonly FlowSubscriberView[];
  /** By the part: `pipe`, `pipe dlq`, and for each subscriber `rule NAME`, `queue NAME`, `function NAME`, `dlq NAME`. */
  readonly parts: Readonly<Record<string, PartView>>;
  /** The command that shows the same numbers. */
  readonly command: string;
}

export interface FlowSubscriberView {
  readonly name: string;
  readonly ruleState: 'ENABLED' | 'DISABLED' | 'missing';
  /** The types of events that its rule matches. */
  readonly takes: readonly string[];
  readonly publishes: readonly string[];
  /** What its role allows it to do besides, such as `s3:CreateBucket`. */
  readonly effects: readonly string[];
}

/** What goes through a part; a number is absent where CloudWatch has no value for it. */
export interface PartView {
  readonly count?: number;
  readonly perSecond?: number;
  readonly failed?: number;
  readonly waiting?: number;
  readonly oldestSeconds?: number;
}

/** Events of the bus that have come. */
export interface EventNews {
  readonly now: number;
  readonly events: readonly EventView[];
  /** What rules decided about these events, or earlier ones. */
  readonly verdicts: readonly VerdictView[];
  /** Whether events were left out before these, because more came than can be shown. */
  readonly isGap: boolean;
}

export interface EventView {
  /** The envelope's id. */
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly source: string;
  readonly userId?: string;
  readonly replay?: string;
  /** JSON, indented. */
  readonly detail: string;
}

export interface VerdictView {
  readonly eventId: string;
  readonly subscriber: string;
  readonly isMatched: boolean;
  readonly reason?: string;
}

/** A user's row, bucket and settings, as the command `show` has them. */
export interface UserDetails {
  readonly sections: readonly {
    readonly title: string;
    readonly lines: readonly (readonly [name: string, value: string])[];
  }[];
  /** One line each, with what to do. */
  readonly problems: readonly string[];
  readonly command: string;
}
