import { replayedEventId } from '../../../../packages/local-engine/eventbridge/replay.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ARCHIVE, BUS_ARN, type BusUnderTest, ENTRY, makeEventBridge, rule } from './event-bridge.ts';
import { entriesOf } from './parts.ts';

/** The times of the archived events, in seconds since the Unix epoch, begin here. */
export const BEGIN = Date.parse('2026-11-22T10:00:00Z') / 1000;

const DAY_MS = 86_400_000;

export interface ReplaysUnderTest extends BusUnderTest {
  call(operation: string, request?: object): Promise<object>;
  /** Puts events with these times, in seconds from the beginning. Returns their ids. */
  put(...seconds: readonly number[]): string[];
  /** The ids that a replay gives to archived events of these ids. */
  replayed(ids: readonly string[], replayName?: string): Promise<string[]>;
  /** Replays an hour from the beginning. */
  startReplay(request?: object): Promise<object>;
  state(replayName?: string): Promise<string>;
  /** Waits until a replay has that state. */
  reached(state: string, replayName?: string): Promise<void>;
  /** What rules sent since the last call, by the rule's name and the event's id. */
  delivered(): string[];
  entries(hop: Hop): ReturnType<typeof entriesOf>;
}

/** EventBridge with the bus `main`, the archive `all` and rules of these names. @param storage @default - in memory */
export function makeReplays({ rules = ['users'], storage }: { rules?: readonly string[]; storage?: Storage } = {}) {
  const made = makeEventBridge(storage);
  // Whatever the machine's clock says: the events are of the past.
  made.clock.skip(Math.max(0, BEGIN * 1000 + DAY_MS - made.clock.now()));
  made.events.addArchive(ARCHIVE);
  for (const name of rules) made.events.rules.deploy(rule(name));
  let seen = 0;
  const call = (operation: string, request: object = {}) => made.events.handle(operation, { ...request });
  const it: ReplaysUnderTest = {
    ...made,
    call,
    put: (...seconds) =>
      seconds.map((second) => {
        const { Entries } = made.events.putEvents([{ ...ENTRY, Time: BEGIN + second }]);
        return Entries[0]?.EventId ?? '';
      }),
    startReplay: (request = {}) =>
      call('StartReplay', {
        ReplayName: 'again',
        EventSourceArn: ARCHIVE.arn,
        EventStartTime: BEGIN,
        EventEndTime: BEGIN + 3600,
        Destination: { Arn: BUS_ARN },
        ...request,
      }),
    replayed: async (ids, ReplayName = 'again') => {
      const { ReplayArn, ReplayStartTime } = (await call('DescribeReplay', { ReplayName })) as {
        ReplayArn: string;
        ReplayStartTime: number;
      };
      const replay = { arn: ReplayArn, startedAt: Math.round(ReplayStartTime * 1000) };
      return ids.map((id) => replayedEventId(replay, id));
    },
    state: async (ReplayName = 'again') => ((await call('DescribeReplay', { ReplayName })) as { State: string }).State,
    reached: async (state, replayName = 'again') => {
      await made.journal.waitFor(
        `${replayName} to be ${state}`,
        (entry) => entry.hop === 'replay' && entry.replay === replayName && entry.state === state,
      );
    },
    delivered: () => {
      const deliveries = made.deliveries.slice(seen);
      seen = made.deliveries.length;
      return deliveries.map(({ ruleName, eventId }) => `${ruleName} ${eventId}`);
    },
    entries: (hop) => entriesOf(made, hop),
  };
  return it;
}
