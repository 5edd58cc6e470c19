import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import {
  alike,
  count,
  display,
  displayId,
  nameUsers,
  numberText,
  padToWidth,
  visible,
  widthOf,
} from '../../../operations/messages/display.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import {
  checkUserIds,
  generateUserIds,
  newRunId,
  registerUsers,
  type UserReport,
} from '../../../operations/users/index.ts';
import { endInterrupted, stoppable } from '../../output/interruption.ts';
import { jsonLine, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import type { RegisterOptions } from './command.ts';

/**
 * Registers users as a sign-up service does: it puts a row for each user who has none.
 * @throws UsageError before any call; CommandFailure naming the users that are not registered, or have no bucket
 */
export async function register(userIds: readonly string[], options: RegisterOptions): Promise<void> {
  await stoppable((signal) => registerUntilStopped(userIds, options, signal));
}

async function registerUntilStopped(
  userIds: readonly string[],
  options: RegisterOptions,
  signal: AbortSignal,
): Promise<void> {
  const { count: made = 0, wait: waits = false, timeout, json = false } = options;
  const wanted = checkUserIds(userIds).concat(generateUserIds(made, newRunId(Date.now(), Math.random())));
  if (wanted.length === 0) {
    throw new UsageError(
      'name the users to register, or add --count to generate some; see npx pipeline register --help',
    );
  }
  const started = performance.now();
  const progressOf = (label: string) => new Progress({ label, total: wanted.length });
  let progress = progressOf('registered');
  let isWaiting = false;
  const lineOf = json ? jsonLine : lineWriter(wanted);
  const reports = await onStack(options, (on) =>
    registerUsers(on, wanted, {
      waits,
      timeoutMs: timeout * 1000,
      signal,
      onProgress: (step) => {
        switch (step.kind) {
          case 'row':
            progress.advance();
            break;
          case 'waiting':
            progress.clear();
            progress = progressOf('buckets');
            isWaiting = true;
            break;
          case 'report':
            progress.clear();
            print(lineOf(step.report) ?? '');
            // Before, the row of this user was counted already.
            if (isWaiting) progress.advance();
            break;
        }
      },
    }),
  );
  progress.clear();
  if (signal.aborted) return endInterrupted(stoppedText(reports, wanted.length));
  const { text, problem } = summarize(reports, performance.now() - started, options);
  if (!json && text !== undefined) print(`${text}\n`);
  if (problem !== undefined) throw new CommandFailure(problem);
}

/** What a stopped run leaves: users are never registered twice, so the same ids can be given again. */
export function stoppedText(reports: readonly UserReport[], total: number): string {
  const rows = reports.filter(({ status }) => status !== 'failed');
  const which = rows.length > 0 ? `: ${names(rows)}` : '';
  return `${numberText(rows.length)} of ${count(total, 'user')} have a row${which}; the pipeline creates their buckets without this command`;
}

/** Up to this many users get a line each. Of more users, only those with a URI do, and there is a summary. */
const MOST_LISTED = 20;
const ID_COLUMNS = 40;
/** Our URIs have up to 68 characters; the row may hold any text. */
const URI_COLUMNS = 100;

/** Makes each user's line for people, in columns; undefined for a user who is only counted. */
export function lineWriter(userIds: readonly string[]): (report: UserReport) => string | undefined {
  const isListed = userIds.length <= MOST_LISTED;
  const widest = userIds.reduce((most, userId) => Math.max(most, widthOf(displayId(userId, ID_COLUMNS))), 0);
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
      return `already exists, unchanged${uri === undefined ? '' : ` (${displayId(uri, URI_COLUMNS)})`}`;
    case 'failed':
      return 'failed'; // the summary gives each reason once
  }
}

/**
 * The result for all users together.
 * @param target of the commands that it names
 * @returns `text`, where not every user has a line, and `problem`, in one line, if not every user is registered
 */
export function summarize(
  reports: readonly UserReport[],
  durationMs: number,
  target: TargetOptions = {},
): { readonly text?: string; readonly problem?: string } {
  const rows = reports.filter(({ status }) => status === 'registered');
  const perSecond = numberText(Math.round(rows.length / (durationMs / 1000)));
  const withUri = rows.filter(({ uri }) => uri !== undefined).length;
  const text =
    `${count(rows.length, 'user')} registered${withUri > 0 ? `, ${numberText(withUri)} with a bucket,` : ''}` +
    ` in ${(durationMs / 1000).toFixed(1)} s (${perSecond}/s)`;

  const existing = reports.filter(({ status }) => status === 'exists');
  const late = byProblem(rows.filter(({ problem }) => problem !== undefined));
  const total = reports.length;
  const commandOf = (words: string) => pipelineCommand(words, target);
  const problems = [
    ...(existing.length > 0 ? [`${existing.length} of ${total} existed already, unchanged: ${names(existing)}`] : []),
    ...byProblem(reports.filter(({ status }) => status === 'failed')).map(
      ([problem, users]) => `${users.length} of ${total} not registered (${problem}): ${names(users)}`,
    ),
    ...late.map(([problem, users]) => `${users.length} of ${total} registered, but ${problem}: ${names(users)}`),
    ...(late.length > 0
      ? [
          `if a user gets no bucket, ${commandOf('trace USER_ID')} says what the registration waits for, and ${commandOf('doctor')} what is wrong`,
        ]
      : []),
  ];
  return {
    ...(reports.length > MOST_LISTED && { text }),
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
}

/** Users by what went wrong for them, so that each problem is printed once. */
function byProblem(reports: readonly UserReport[]): [problem: string, users: UserReport[]][] {
  const groups = Map.groupBy(reports, ({ problem = '' }) => alike(problem));
  return [...groups.values()].map((users) => [visible(users[0]?.problem ?? ''), users]);
}

function names(reports: readonly UserReport[]): string {
  return nameUsers(reports.map(({ userId }) => userId));
}
