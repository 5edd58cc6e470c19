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
  /** What it is the story of. */
  readonly kind: 'Registration' | 'Deletion';
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
  /** What would allow it, if it was denied; at the first of several such hops. */
  readonly remedy?: RemedyView;
}

/** A statement of IAM to add, and where. */
export interface RemedyView {
  /** Such as `in a policy of role NAME`. */
  readonly where: string;
  /** JSON. */
  readonly statement: string;
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
