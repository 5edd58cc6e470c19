import {
  alike,
  count,
  display,
  displayId,
  displayWidth,
  nameUsers,
  numberText,
  padToWidth,
  visible,
} from '../../../operations/messages/display.ts';
import type { UserReport } from '../../../operations/users/registrations.ts';

/** Up to so many users get a line each; of more there is a summary, and a line for each URI that was waited for. */
const MOST_LISTED = 20;
const ID_COLUMNS = 40;
/** A URI of ours has up to 68; the row may hold any text. */
const URI_COLUMNS = 100;

/** Gives each user's line for people, in columns, or undefined for one that is only counted. */
export function lineWriter(userIds: readonly string[]): (report: UserReport) => string | undefined {
  const isListed = userIds.length <= MOST_LISTED;
  const widest = userIds.reduce((most, userId) => Math.max(most, displayWidth(displayId(userId, ID_COLUMNS))), 0);
  return (report) => {
    if (!isListed && (report.status !== 'registered' || report.uri === undefined)) return undefined;
    return `${padToWidth(displayId(report.userId, ID_COLUMNS), widest)}  ${outcome(report)}\n`;
  };
}

function outcome({ status, uri, problem }: UserReport): string {
  switch (status) {
    case 'registered':
      if (uri !== undefined) return displayId(uri, URI_COLUMNS);
      return problem === undefined ? 'registered' : display`registered, ${problem}`;
    case 'exists':
      return `exists already, left as it is${uri === undefined ? '' : ` (${displayId(uri, URI_COLUMNS)})`}`;
    case 'failed':
      return 'failed'; // the summary says why, each reason once
  }
}

export interface Summary {
  /** Absent where every user has a line. */
  readonly text?: string;
  /** One line; absent if all went well. */
  readonly problem?: string;
}

/** What came of all users together. */
export function summarize(reports: readonly UserReport[], durationMs: number): Summary {
  const rows = reports.filter(({ status }) => status === 'registered');
  const perSecond = numberText(Math.round(rows.length / (durationMs / 1000)));
  const withUri = rows.filter(({ uri }) => uri !== undefined).length;
  const text =
    `${count(rows.length, 'user')} registered${withUri > 0 ? `, ${numberText(withUri)} with a bucket,` : ''}` +
    ` in ${(durationMs / 1000).toFixed(1)} s (${perSecond}/s)`;

  const existing = reports.filter(({ status }) => status === 'exists');
  const late = rows.filter(({ problem }) => problem !== undefined);
  const failed = reports.filter(({ status }) => status === 'failed');
  const total = reports.length;
  const problems = [
    existing.length > 0 && `${existing.length} of ${total} registered before and left untouched: ${names(existing)}`,
    ...reasons(failed).map(
      ([reason, users]) => `${users.length} of ${total} not registered (${reason}): ${names(users)}`,
    ),
    late.length > 0 &&
      `${late.length} of ${total} registered but with ${visible(late[0]?.problem ?? '')}: ${names(late)}; if none comes, look into the dead-letter queues (the stack's outputs …DlqUrl) and the functions' logs`,
  ].filter((line) => line !== false);
  return {
    ...(reports.length > MOST_LISTED && { text }),
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
}

/** Users who failed, by their reason: each is named once. */
function reasons(failed: readonly UserReport[]): [reason: string, users: UserReport[]][] {
  const groups = Map.groupBy(failed, ({ problem = '' }) => alike(problem));
  return [...groups.values()].map((users) => [visible(users[0]?.problem ?? ''), users]);
}

function names(reports: readonly UserReport[]): string {
  return nameUsers(reports.map(({ userId }) => userId));
}
