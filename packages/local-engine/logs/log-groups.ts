import { type Account, arnOf } from '../core/account.ts';
import type { RequiredAction } from '../iam/access.ts';

/** One line of a log group. */
export interface LogLine {
  /** Unix epoch milliseconds. */
  readonly at: number;
  readonly message: string;
  /** What the message is the JSON of. A condition is then judged without the text, which need not be made. @default - only text */
  readonly value?: object;
  /** Unique in its group; never changes. */
  readonly id: string;
}

/** Which lines of a group. */
export interface LogRange {
  /** Unix epoch milliseconds of the earliest. */
  readonly from: number;
  /** Unix epoch milliseconds of the latest, which is among them. */
  readonly to: number;
  /** Only those beyond the line with this id. @default - from the beginning, or from the end if read backwards */
  readonly beyond?: string;
  /** How many at most. */
  readonly limit: number;
}

/** A log group. Its lines may come from anywhere. */
export interface LogGroup {
  readonly name: string;
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  /** The form of its lines' ids. */
  readonly lineIds: RegExp;
  /** The first lines of a range, in order of their times. */
  read(range: LogRange): readonly LogLine[];
  /** The last lines of a range, the latest first. @default - the group can only be read forwards */
  readonly readBackwards?: (range: LogRange) => readonly LogLine[];
}

/** All log groups. */
export interface LogGroups {
  find(name: string): LogGroup | undefined;
  list(): readonly LogGroup[];
}

/** The name in a log group's ARN, which may end with `:*`; other text is a name itself. */
export function logGroupName(arnOrName: string): string {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(arnOrName)?.[1] ?? arnOrName;
}

/** All groups have one stream: lines are not separated by environment. */
export const LOG_STREAM = 'local';

/**
 * The permissions for writing lines into a group: a writer makes its own stream first, and AWS checks both actions against the ARN
 * of that stream.
 * Source: Service authorization reference, Amazon CloudWatch Logs.
 */
export function logWriting(account: Account, groupName: string): RequiredAction[] {
  const resource = arnOf(account, 'logs', `log-group:${groupName}:log-stream:${LOG_STREAM}`);
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    action,
    resource,
  }));
}
