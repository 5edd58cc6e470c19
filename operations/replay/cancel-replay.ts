import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describeReplay, hasEnded, type ReplayStatus, requestCancel } from '../deployed/replays.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { pauseUnless } from '../time/time.ts';
import { followReplay } from './follow-replay.ts';
import { progressText } from './replay-summary.ts';

/**
 * Cancels a replay of the pipeline's archive, and waits until it has stopped or it is asked not to wait.
 * @returns how it stood last; one that was cancelled before is left as it is
 * @throws CommandFailure for a replay that there is not, that is not of this pipeline, or that has ended otherwise
 */
export async function cancelReplay(on: OnStack, name: string, signal: AbortSignal): Promise<ReplayStatus> {
  const client = on.clients.of(EventBridgeClient);
  const describe = () => describeReplay(client, name);
  const status = await describe();
  if (status.archiveArn !== requireOutput(on.stack, 'EventArchiveArn')) {
    throw new CommandFailure(
      `${name} is no replay of the stack ${on.stack.name}: it takes events from ${status.archiveArn}`,
    );
  }
  if (!hasEnded(status) && status.state !== 'CANCELLING') await requestCancel(client, name);
  const pause = (ms: number) => pauseUnless(signal, ms);
  const last = await followReplay({ describe, pause, signal, onStatus: () => {} });
  if (hasEnded(last) && last.state !== 'CANCELLED') {
    throw new CommandFailure(`there is nothing to cancel any more; ${progressText(last)}`);
  }
  return last;
}
