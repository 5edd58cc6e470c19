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
