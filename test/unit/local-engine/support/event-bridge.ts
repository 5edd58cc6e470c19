import { arnOf } from '../../../../packages/local-engine/core/account.ts';
import type { ArchiveProps } from '../../../../packages/local-engine/eventbridge/archive.ts';
import type { PutEventsEntry } from '../../../../packages/local-engine/eventbridge/bus-event.ts';
import type { RuleProps } from '../../../../packages/local-engine/eventbridge/buses.ts';
import { EventBridge } from '../../../../packages/local-engine/eventbridge/event-bridge.ts';
import type { RuleDelivery } from '../../../../packages/local-engine/eventbridge/rule-delivery.ts';
import type { TargetDelivery } from '../../../../packages/local-engine/eventbridge/targets/target.ts';
import type { Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import type { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { ACCOUNT, makeParts, type Parts } from './parts.ts';
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
