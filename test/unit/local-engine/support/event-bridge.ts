import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import type { ArchiveProps } from '../../../../packages/local-engine/eventbridge/archive.ts';
import type { RuleProps } from '../../../../packages/local-engine/eventbridge/buses.ts';
import { EventBridge } from '../../../../packages/local-engine/eventbridge/event-bridge.ts';
import type { PutEventsEntry } from '../../../../packages/local-engine/eventbridge/put-events.ts';
import { replayedEventId } from '../../../../packages/local-engine/eventbridge/replay.ts';
import { RuleDelivery } from '../../../../packages/local-engine/eventbridge/rule-delivery.ts';
import type { RuleTarget, TargetDelivery } from '../../../../packages/local-engine/eventbridge/targets/target.ts';
import { Access } from '../../../../packages/local-engine/iam/access.ts';
import type { PolicyDocument } from '../../../../packages/local-engine/iam/policy.ts';
import { Roles } from '../../../../packages/local-engine/iam/roles.ts';
import type { Hop } from '../../../../packages/local-engine/journal/journal.ts';
import type { Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ACCOUNT, entriesOf, makeParts, type Parts } from './parts.ts';
import { makeQueues, queueArn } from './queues.ts';

export const BUS_ARN = arnOf(ACCOUNT, 'events', 'event-bus/main');
export const ENTRY: PutEventsEntry = {
  Source: 'users-table',
  DetailType: 'UserRegistered',
  Detail: '{"data":{"userId":"test4"}}',
  EventBusName: 'main',
};

export const ARCHIVE: ArchiveProps = {
  name: 'all',
  arn: arnOf(ACCOUNT, 'events', 'archive/all'),
  busArn: BUS_ARN,
  retentionDays: 0,
};

export interface BusUnderTest extends Parts {
  readonly events: EventBridge;
  /** What the rules sent on its way. */
  readonly deliveries: TargetDelivery[];
  /** None is there. What is sent to one that a test makes comes to it. */
  readonly queues: Queues;
}

/** EventBridge with the buses `default` and `main`, whose deliveries are noted. @param storage @default - in memory */
export function makeEventBridge(storage?: Storage): BusUnderTest {
  const parts = makeParts(storage);
  const deliveries: TargetDelivery[] = [];
  const queues = makeQueues(parts);
  const delivery = {
    deliver: async (sent: TargetDelivery) => {
      deliveries.push(sent);
      if (queues.find(sent.target.arn)) await queues.send(sent.target.arn, sent.body);
    },
  } as unknown as RuleDelivery;
  const events = new EventBridge({ account: ACCOUNT, ...parts, queues, delivery });
  events.createBus('main');
  return { ...parts, events, deliveries, queues };
}

export function rule(name: string, more: Partial<RuleProps> = {}): RuleProps {
  return {
    name,
    arn: arnOf(ACCOUNT, 'events', `rule/main/${name}`),
    busName: 'main',
    pattern: { 'detail-type': ['UserRegistered'] },
    isEnabled: true,
    targets: [{ id: 'queue', arn: queueArn(name), maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 }],
    ...more,
  };
}

/** Matches one event against one pattern. */
export function matchesEventPattern(pattern: unknown, event: unknown): boolean {
  return compileEventPattern(pattern)(event);
}

export const RULE_ARN = arnOf(ACCOUNT, 'events', 'rule/main/users');
export const TARGET_ARN = queueArn('users');
export const EVENT = '{"version":"0","id":"e1","detail":{"data":{"userId":"test4"}}}';

/** The queue policy that lets one rule send. */
export const policyFor = (ruleArn: string, queue: string): PolicyDocument => ({
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn(queue),
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  },
});

export interface DeliveryUnderTest extends Parts {
  readonly queues: Queues;
  /** By queue name; a test may change them. */
  readonly policies: Record<string, PolicyDocument[]>;
  deliver(target?: Partial<RuleTarget>): Promise<void>;
  stop(): void;
  resume(): void;
}

/** A rule's delivery to the queue `users` with the dead-letter queue `dlq`, both of which allow the rule to send. */
export function makeDelivery({
  hasDlq = true,
  parts = makeParts(),
}: {
  hasDlq?: boolean;
  parts?: Parts;
} = {}): DeliveryUnderTest {
  const queues = makeQueues(parts, 'users', 'dlq');
  const policies: Record<string, PolicyDocument[]> = {
    users: [policyFor(RULE_ARN, 'users')],
    dlq: [policyFor(RULE_ARN, 'dlq')],
  };
  const resourcePoliciesOf = (arn: string) => policies[arn.split(':').at(-1) ?? ''] ?? [];
  const access = new Access({ account: ACCOUNT, journal: parts.journal, roles: new Roles(), resourcePoliciesOf });
  const delivery = new RuleDelivery({ account: ACCOUNT, queues, access, ...parts });
  const deliver = (target: Partial<RuleTarget> = {}) => {
    const sent: TargetDelivery = {
      ruleArn: RULE_ARN,
      ruleName: 'users',
      target: {
        id: 'queue',
        arn: TARGET_ARN,
        ...(hasDlq && { dlqArn: queueArn('dlq') }),
        maximumRetryAttempts: 185,
        maximumEventAgeSeconds: 86_400,
        ...target,
      },
      eventId: 'e1',
      body: EVENT,
    };
    return delivery.deliver(sent);
  };
  return { ...parts, queues, policies, deliver, stop: () => delivery.stop(), resume: () => delivery.resume() };
}

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
