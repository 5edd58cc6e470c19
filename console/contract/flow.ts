/** The parts of the pipeline, how they are connected, and how much goes through each. */
export interface FlowPage {
  readonly now: number;
  /** Numbers are of so many last minutes, and of the minute that runs. */
  readonly minutes: number;
  readonly table: string;
  /** The type of event that each pipe puts on the bus. */
  readonly pipes: readonly string[];
  readonly subscribers: readonly FlowSubscriberView[];
  /** By the part: `pipe TYPE`, `pipe dlq`, and for each subscriber `rule NAME`, `queue NAME`, `function NAME`, `dlq NAME`. */
  readonly parts: Readonly<Record<string, PartView>>;
  /** The command that shows the same numbers. */
  readonly command: string;
}

export interface FlowSubscriberView {
  readonly name: string;
  readonly ruleState: 'ENABLED' | 'DISABLED' | 'missing';
  /** The types of events that its rule matches. */
  readonly takes: readonly string[];
  /** Which of them by their content, such as `region is eu-west-1`; empty for all. */
  readonly where: string;
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
