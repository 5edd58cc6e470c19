import { checkOneFilter } from './archive-api.ts';
import type { Buses } from './buses.ts';
import { membersOf, nameIn, type Operations, optionalArn, pageOf, prefixIn } from './event-bridge-request.ts';
import { REPLAY_STATES, type Replay } from './replay.ts';
import { toReplayRequest } from './replay-request.ts';
import type { Replays } from './replays.ts';

/** Replays by API. */
export function replayOperations({ buses, replays }: { buses: Buses; replays: Replays }): Operations {
  return {
    StartReplay: (request) => {
      const replay = replays.start(toReplayRequest(request, buses));
      return { ...stateOf(replay), ReplayStartTime: replay.startedAt / 1000 };
    },
    CancelReplay: (request) => stateOf(replays.cancel(nameIn(request, 'ReplayName'))),
    DescribeReplay: (request) => {
      const replay = replays.get(nameIn(request, 'ReplayName'));
      const { arn, busArn, ruleArns, description } = replay;
      return {
        ReplayArn: arn,
        ...describeReplay(replay),
        Destination: { Arn: busArn, ...(ruleArns && { FilterArns: ruleArns }) },
        ...(description !== undefined && { Description: description }),
      };
    },
    ListReplays: (request) => {
      checkOneFilter('ListReplays', request);
      const prefix = prefixIn(request);
      const source = optionalArn(request, 'EventSourceArn');
      const wanted = membersOf(request).oneOf('State', REPLAY_STATES);
      const found = replays
        .all()
        .filter(({ name }) => name.startsWith(prefix))
        .filter(({ archiveArn }) => source === undefined || archiveArn === source)
        .filter(({ state }) => wanted === undefined || state === wanted);
      const { items, more } = pageOf(request, found, ({ name }) => name);
      return { Replays: items.map(describeReplay), ...more };
    },
  };
}

function stateOf({ arn, state, stateReason }: Replay): object {
  return { ReplayArn: arn, State: state, ...(stateReason !== undefined && { StateReason: stateReason }) };
}

/** As ListReplays answers. Times are in seconds since the Unix epoch; those that are not known yet are left out. */
function describeReplay(replay: Replay): object {
  const { name, archiveArn, state, stateReason, from, to, lastMinute, startedAt, endedAt } = replay;
  return {
    ReplayName: name,
    EventSourceArn: archiveArn,
    State: state,
    ...(stateReason !== undefined && { StateReason: stateReason }),
    EventStartTime: from / 1000,
    EventEndTime: to / 1000,
    ...(lastMinute !== undefined && { EventLastReplayedTime: lastMinute / 1000 }),
    ReplayStartTime: startedAt / 1000,
    ...(endedAt !== undefined && { ReplayEndTime: endedAt / 1000 }),
  };
}
