/** How many events the archive got over time. */
export interface HistogramPage {
  /** The server's time of this reading. */
  readonly now: number;
  readonly from: number;
  readonly to: number;
  readonly binMs: number;
  /** Events of each bin from `from` on. */
  readonly bins: readonly number[];
  /** What the numbers are, and why they are not more, in a sentence. */
  readonly source: string;
}

/** What a replay of a window would do. */
export interface ReplayPlanPage {
  readonly now: number;
  /** Such as `Replay of 2 h, from … to …, from the archive …`. */
  readonly heading: string;
  /** All subscribers. */
  readonly receivers: readonly ReceiverView[];
  readonly notes: readonly string[];
  /** Whether events are chosen one by one: the numbers above are of all that a rule matches then. */
  readonly choosesEvents: boolean;
  /** Why the chosen subscribers would get nothing. */
  readonly problem?: string;
  /** The command that starts the same replay. */
  readonly command: string;
}

export interface ReceiverView {
  readonly name: string;
  /** The types of events that it takes, in words. */
  readonly takes: string;
  /** How many events it would get, or why none, in words. */
  readonly events: string;
  readonly isReached: boolean;
  /** Whether it gets none because its rule skips replays: with chosen events it can be included. */
  readonly skipsReplays: boolean;
}

/** The events that were read one by one for a choice, and are ready to be sent. */
export interface ChosenReplayPage {
  /** Absent where they were not read, or for another choice. */
  readonly read?: {
    readonly name: string;
    readonly events: number;
    /** How many events each gets, or why none, in words. */
    readonly receivers: readonly { readonly name: string; readonly events: string }[];
    readonly notes: readonly string[];
    /** Why nothing would be sent. */
    readonly problem?: string;
  };
}

/** The replays of the last 90 days, the newest first. */
export interface ReplaysPage {
  readonly now: number;
  readonly replays: readonly ReplayView[];
  /** The command that lists them. */
  readonly command: string;
}

export interface ReplayView {
  readonly name: string;
  /** As AWS says it, such as `COMPLETED`. */
  readonly state: string;
  readonly isRunning: boolean;
  readonly isFailed: boolean;
  /** What came of it, in words. */
  readonly outcome: string;
  readonly from: number;
  readonly to: number;
  readonly startedAt?: number;
  /** The command that cancels it, while it runs. */
  readonly cancelCommand?: string;
}
