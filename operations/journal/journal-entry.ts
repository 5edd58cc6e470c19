/** The journal of the local engine as a log group: one line of JSON for each entry. AWS has no such group. */
export const JOURNAL_LOG_GROUP = '/local-engine/journal';

/** An entry of that journal: what one hop did. */
export interface JournalEntry {
  /** 1 for the first entry; a later one has a higher number. */
  readonly sequence: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Such as `stream-record`, `rule` or `invocation`. */
  readonly hop: string;
  /** What happened, in the terms of that hop. */
  readonly [field: string]: unknown;
}
