import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import type { Target } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { UsersTable } from '../../../operations/deployed/users-table.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { registerUsers } from '../../../operations/users/registrations.ts';
import { checkUserIds, generateUserIds, newRunId } from '../../../operations/users/user-ids.ts';
import { jsonLine, print } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';
import { lineWriter, summarize } from './registration-report.ts';

export interface RegisterOptions {
  readonly count?: number;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
  readonly port?: number;
  readonly stack?: string;
}

/**
 * Registers users as a sign-up service does: a row for each, unless there is one.
 * @throws UsageError before any call; CommandFailure naming the users for whom it did not work
 */
export async function register(userIds: readonly string[], options: RegisterOptions): Promise<void> {
  const wanted = usersToRegister(userIds, options);
  await onStack(options, ({ target, clients, stack }) =>
    run(wanted, new UsersTable(clients.of(DynamoDBClient), stack), options, target),
  );
}

function usersToRegister(userIds: readonly string[], { count = 0 }: RegisterOptions): string[] {
  const wanted = checkUserIds(userIds).concat(generateUserIds(count, newRunId(Date.now(), Math.random())));
  if (wanted.length > 0) return wanted;
  throw new UsageError('name the users to register, or make some up with --count; see npx pipeline register --help');
}

async function run(
  userIds: readonly string[],
  table: UsersTable,
  options: RegisterOptions,
  target: Target,
): Promise<void> {
  const started = performance.now();
  const total = userIds.length;
  const progressOf = (label: string) =>
    new Progress({ stream: process.stderr, label, total, now: () => performance.now() });
  let progress = progressOf('registered');
  let isWaiting = false;
  const lineOf = options.json ? jsonLine : lineWriter(userIds);
  const reports = await registerUsers(userIds, table, {
    waits: options.wait ?? false,
    timeoutMs: options.timeout * 1000,
    now: () => performance.now(),
    pause,
    explain: (error) => explainAwsError(error, target),
    onRow: () => progress.advance(),
    onWait: () => {
      progress.clear();
      progress = progressOf('buckets');
      isWaiting = true;
    },
    onReport: (report) => {
      progress.clear();
      print(lineOf(report) ?? '');
      // Before that it is the report of a row that could not be put, which was counted.
      if (isWaiting) progress.advance();
    },
  });
  progress.clear();
  const { text, problem } = summarize(reports, performance.now() - started);
  if (!options.json && text !== undefined) print(`${text}\n`);
  if (problem !== undefined) throw new CommandFailure(problem);
}
