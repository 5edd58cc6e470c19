/** Events of the bus that have come. */
export interface EventNews {
  readonly now: number;
  readonly events: readonly EventView[];
  /** What rules decided about these events, or earlier ones. */
  readonly verdicts: readonly VerdictView[];
  /** Whether events were left out before these, because more came than can be shown. */
  readonly isGap: boolean;
  /** Whether what came before is of another engine, and gone. */
  readonly isAnew: boolean;
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

/** An event that is not sent yet: what its contract and the rules of the bus say about it. */
export interface TriedEventView {
  /** The contract that it was checked against. @default - this checkout has none for it */
  readonly contract?: string;
  readonly violations: readonly ViolationView[];
  readonly rules: readonly TriedRuleView[];
  /** How many enabled rules match: it goes to so many receivers. */
  readonly receivers: number;
  /** The event that it is a copy of, by its event id. */
  readonly copyOf?: string;
  readonly code: EventCodeView;
}

export interface ViolationView {
  /** JSON Pointer into the whole event, such as `/detail/data/userId`. */
  readonly pointer: string;
  readonly field: string;
  readonly problem: string;
}

export interface TriedRuleView {
  readonly who: string;
  readonly isMatched: boolean;
  readonly isEnabled: boolean;
  /** Whether it gets it, and why not, in a sentence. */
  readonly text: string;
}

/** Text to copy that sends the same event. */
export interface EventCodeView {
  readonly command: string;
  readonly awsCli: string;
  readonly sdk: string;
}

/** An event that was sent. */
export interface SentEvent {
  /** The envelope's id. */
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly userId?: string;
}
