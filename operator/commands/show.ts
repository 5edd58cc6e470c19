import { type OnStack, onStack, type TargetOptions } from '../command-run.ts';
import { displayId } from '../display.ts';
import { CommandFailure } from '../errors.ts';
import { jsonLine, print } from '../output.ts';
import { readUser } from '../show/read-user.ts';
import { userJson } from '../show/user-json.ts';
import { stateOf } from '../show/user-state.ts';
import { userText } from '../show/user-text.ts';
import { pipelineCommand } from '../suggested-command.ts';
import { bucketNaming } from '../user-bucket.ts';
import { checkUserIds } from '../user-ids.ts';

export interface ShowOptions extends TargetOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * Shows a user's row, bucket and state.
 * @throws UsageError for an id that nobody can have; CommandFailure for a user without a row
 */
export async function show(userId: string, options: ShowOptions): Promise<void> {
  checkUserIds([userId]);
  await onStack(options, (on) => run(on, userId, options));
}

async function run(on: OnStack, userId: string, options: ShowOptions): Promise<void> {
  const { all = false, json = false } = options;
  const view = await readUser(on, userId);
  if (view.row.kind === 'none') {
    throw new CommandFailure(`there is no user ${displayId(userId)}: the table ${view.table} has no such row`);
  }
  const state = stateOf(view, bucketNaming(on.stack), (words) => pipelineCommand(words, options));
  print(json ? jsonLine(userJson(view, state, all)) : userText(view, state, all));
  if (state.problems.length > 0) process.exitCode = 1;
}
