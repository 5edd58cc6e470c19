import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { hasEnded } from '../../../operations/deployed/archive.ts';
import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { type FollowedReplay, followReplays, outcomeText } from '../../../operations/replay/index.ts';
import type { ReplaysPage, ReplayView } from '../../contract/replay.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';

/** The replays of the stack's archive as they change. */
export async function* followReplayList({ target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const lists = streamOnStack(target, (on) => followReplays(on, { signal }));
  yield* snapshots(viewed(lists, target), lastId);
}

async function* viewed(
  lists: AsyncIterable<readonly FollowedReplay[]>,
  target: TargetOptions,
): AsyncGenerator<Omit<ReplaysPage, 'now'>> {
  for await (const replays of lists) {
    yield {
      replays: replays.map((replay) => viewReplay(replay, target)),
      command: pipelineCommand('replay --list', target),
    };
  }
}

function viewReplay({ events, ...status }: FollowedReplay, target: TargetOptions): ReplayView {
  const { name, state, window, startedAt } = status;
  const isRunning = !hasEnded(status);
  return {
    name,
    state,
    isRunning,
    isFailed: state === 'FAILED',
    outcome: outcomeText(status, events),
    ...window,
    ...(startedAt !== undefined && { startedAt }),
    ...(isRunning && { cancelCommand: pipelineCommand(`replay --cancel ${name}`, target) }),
  };
}
