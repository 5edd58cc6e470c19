/** A part of a JSON Schema, as parsed. */
export type SchemaView = Readonly<Record<string, unknown>>;

/** The event contracts of this checkout, and who publishes and takes each on the bus. */
export interface ContractsPage {
  readonly now: number;
  /** By event, then version. */
  readonly versions: readonly ContractView[];
  /** The command that shows the same. */
  readonly command: string;
}

/** One version of one event. */
export interface ContractView {
  /** Such as `user-registered.v1`. */
  readonly name: string;
  /** Such as `UserRegistered`. */
  readonly type: string;
  readonly version: number;
  readonly source: string;
  readonly description: string;
  /** When it is published; empty where the contract does not say. */
  readonly published: string;
  /** The part of this stack that publishes it. */
  readonly producer?: string;
  /** How it stands to its last release. */
  readonly state: 'released' | 'not released' | 'changed' | 'breaking';
  readonly stateText: string;
  readonly subscribers: readonly ContractSubscriber[];
  readonly fields: readonly ContractField[];
  /** The plain one first. */
  readonly samples: readonly ContractSampleView[];
  /** Of the event's `detail`. */
  readonly schema: SchemaView;
  /** The names of what it can be compared with: all versions of the event, and their last releases. */
  readonly comparable: readonly string[];
}

export interface ContractSubscriber {
  readonly who: string;
  /** Whether it is a subscriber of this stack. */
  readonly isOwn: boolean;
  readonly isEnabled: boolean;
  /** What its events must hold besides; empty for nothing. */
  readonly condition: string;
  readonly skipsReplays: boolean;
}

export interface ContractField {
  readonly path: string;
  readonly type: string;
  /** May have code between backticks. */
  readonly limits: string;
  readonly required: boolean;
  readonly meaning: string;
}

export interface ContractSampleView {
  readonly name: string;
  readonly special: string;
  /** A whole event as EventBridge delivers it. */
  readonly event: SchemaView;
}

/** Two versions of an event, and what the compatibility gate says. */
export interface ContractComparisonView {
  readonly older: string;
  readonly newer: string;
  readonly verdict: 'same' | 'compatible' | 'breaking';
  /** The verdict in a sentence. */
  readonly text: string;
  readonly differences: readonly FieldDifferenceView[];
  readonly command: string;
}

export interface FieldDifferenceView {
  /** Empty for the event as a whole. */
  readonly field: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'reworded';
  readonly before?: string;
  readonly after?: string;
  readonly breaking: readonly string[];
}
