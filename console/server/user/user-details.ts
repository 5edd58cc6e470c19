import { pipelineCommand, shellWord } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { bucketNaming } from '../../../operations/deployed/user-bucket.ts';
import { describeUser, readUser, stateOf } from '../../../operations/user-view/index.ts';
import { checkUserIds } from '../../../operations/users/index.ts';
import type { UserDetails } from '../../contract/user.ts';
import type { Asked } from '../route.ts';

/**
 * A user's row, bucket and settings as they are now. Values of attributes that are not this pipeline's stay in the table.
 * @throws UsageError for an impossible user id
 */
export async function readDetails({ query, target }: Asked): Promise<UserDetails> {
  const [userId = ''] = checkUserIds([query.get('id') ?? '']);
  const commandOf = (words: string) => pipelineCommand(words, target);
  const { view, naming } = await onStack(target, async (on) => {
    return { view: await readUser(on, userId), naming: bucketNaming(on.stack) };
  });
  const state = stateOf(view, naming, commandOf);
  const { state: known, row, bucketName, bucket } = describeUser(view, state, false);
  return {
    sections: [
      { title: 'State', lines: known },
      { title: `Row of ${view.table}`, lines: row },
      { title: bucketName === undefined ? 'Bucket' : `Bucket ${bucketName}`, lines: bucket },
    ],
    problems: state.problems,
    command: commandOf(`show ${shellWord(userId)}`),
  };
}
