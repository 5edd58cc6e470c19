import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { hasEnded, listReplays, type ReplayStatus } from '../deployed/replays.ts';
import { formatTime } from '../time/time.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';

const NAME = 'replays';

/** Which replays are under way: for information, they are nothing bad. */
export const replays: Check = {
  name: NAME,
  async run({ deployed }) {
    const all = await listReplays(deployed.clients.of(EventBridgeClient), deployed.output('EventArchiveArn'));
    return judgeReplays(all.filter((status) => !hasEnded(status)));
  },
};

export function judgeReplays(replays: readonly Pick<ReplayStatus, 'name' | 'state' | 'scannedTo'>[]): Finding[] {
  if (replays.length === 0) return [{ check: NAME, status: 'ok', subject: 'archive', detail: 'none is under way' }];
  return replays.map(({ name: subject, state, scannedTo }): Finding => {
    const detail = scannedTo === undefined ? state : `${state}, scanned up to ${formatTime(scannedTo)}`;
    return { check: NAME, status: 'ok', subject, detail };
  });
}
