export type Status = 'ok' | 'warning' | 'problem';

/** What a check found of one thing. */
export interface Finding {
  /** Name of the check. */
  readonly check: string;
  readonly status: Status;
  /** What was looked at, such as the name of a subscriber. */
  readonly subject: string;
  readonly detail: string;
  /** What mends it: a command, where one does. */
  readonly mend?: string;
}
