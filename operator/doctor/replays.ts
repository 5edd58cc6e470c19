import { EventBridgeClient, ListReplaysCommand, type ReplayState } from '@aws-sdk/client-eventbridge';
import { formatTime } from '../time.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';

const NAME = 'replays';

const UNDER_WAY: readonly ReplayState[] = ['STARTING', 'RUNNING', 'CANCELLING'];

/** A replay that is under way. */
export interface ReplayFacts {
  readonly name: string;
  readonly state: string;
  /** Milliseconds since the Unix epoch of the last event that it has sent. */
  readonly reached?: number;
}

/** Which replays are under way: for information, they are nothing bad. */
export const replays: Check = {
  name: NAME,
  async run({ deployed }) {
    const events = deployed.clients.of(EventBridgeClient);
    const found: ReplayFacts[] = [];
    let NextToken: string | undefined;
    do {
      const page = await events.send(
        new ListReplaysCommand({
          EventSourceArn: deployed.output('EventArchiveArn'),
          ...(NextToken !== undefined && { NextToken }),
        }),
      );
      for (const { ReplayName = '', State, EventLastReplayedTime } of page.Replays ?? []) {
        if (State === undefined || !UNDER_WAY.includes(State)) continue;
        const reached = EventLastReplayedTime?.getTime();
        found.push({ name: ReplayName, state: State, ...(reached !== undefined && { reached }) });
      }
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return judgeReplays(found);
  },
};

export function judgeReplays(replays: readonly ReplayFacts[]): Finding[] {
  if (replays.length === 0) return [{ check: NAME, status: 'ok', subject: 'archive', detail: 'none is under way' }];
  return replays.map(({ name: subject, state, reached }): Finding => {
    const detail = reached === undefined ? state : `${state}, at events of ${formatTime(reached)}`;
    return { check: NAME, status: 'ok', subject, detail };
  });
}
