import { pipelineCommand } from '../../../operations/aws/target.ts';
import { type OnStack, onStack, type TargetOptions } from '../../../operations/deployed/stack.ts';
import { bucketNaming } from '../../../operations/deployed/user-bucket.ts';
import { displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { checkUserIds, readUser, stateOf } from '../../../operations/users/index.ts';
import { jsonLine, print } from '../../output/output.ts';
import { userJson } from './user-json.ts';
import { userText } from './user-text.ts';

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
