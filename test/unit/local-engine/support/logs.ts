import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { CloudWatchLogs } from '../../../../packages/local-engine/logs/cloudwatch-logs.ts';
import { LogLines } from '../../../../packages/local-engine/logs/log-lines.ts';
import { allPages } from '../../../support/pages.ts';
import { ACCOUNT, makeParts, type Parts } from './parts.ts';

/** A group that has lines in these tests. */
export const GROUP = '/aws/lambda/service';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly eventId: string;
}

/** CloudWatch Logs with one empty group, and short ways to write and to ask. */
export function makeLogs({ keptLines, ...given }: { keptLines?: number } & Partial<Parts> = {}) {
  const parts = { ...makeParts(), ...given };
  const lines = new LogLines({ ...parts, ...(keptLines !== undefined && { keptLines }) });
  lines.createGroup(GROUP);
  const logs = new CloudWatchLogs({ account: ACCOUNT, groups: lines });
  const filter = (request: object = {}) =>
    logs.handle('FilterLogEvents', { logGroupName: GROUP, ...request }) as {
      events: readonly LogEvent[];
      nextToken?: string;
    };
  /** Every page of a search, as messages. */
  const pages = (request: object = {}) =>
    allPages(
      (nextToken: string | undefined) => filter({ ...request, ...(nextToken !== undefined && { nextToken }) }),
      (page) => page.nextToken,
    ).map(({ events }) => events.map(({ message }) => message));
  /** The error of a call that must fail. */
  const refusal = (operation: string, request: object): AwsError => {
    try {
      logs.handle(operation, { ...request });
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    throw new Error(`${operation} was not refused.`);
  };
  return { ...parts, lines, logs, filter, pages, refusal };
}
