import { pipelineCommand, shellWord, type TargetOptions } from '../../../operations/aws/target.ts';
import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { type FollowedTrace, followTrace } from '../../../operations/trace/index.ts';
import { checkUserIds } from '../../../operations/users/index.ts';
import type { UserPage } from '../../contract/user.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';
import { viewRegistration } from './registration-view.ts';

/**
 * A user's page as it changes.
 * @throws UsageError for an impossible user id
 */
export async function* followUser({ query, target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const [userId = ''] = checkUserIds([query.get('id') ?? '']);
  const traces = streamOnStack(target, (on) => followTrace(on, userId, { signal }));
  yield* snapshots(viewed(traces, target), lastId);
}

async function* viewed(traces: AsyncIterable<FollowedTrace>, target: TargetOptions): AsyncGenerator<object> {
  for await (const trace of traces) yield viewUser(trace, target);
}

function viewUser({ trace, payloads }: FollowedTrace, target: TargetOptions): Omit<UserPage, 'now'> {
  const commandOf = (words: string) => pipelineCommand(words, target);
  const { registrations, ...rest } = trace;
  const newest = registrations.length - 1;
  return {
    ...rest,
    registrations: registrations
      .map((registration, index) =>
        viewRegistration(registration, { payloads, commandOf, ...(index === newest && { row: trace.row }) }),
      )
      .reverse(),
    command: commandOf(`trace ${shellWord(trace.userId)}`),
  };
}
