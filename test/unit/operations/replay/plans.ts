import type { EventArchive } from '../../../../operations/deployed/archive.ts';
import type { DeployedSubscriber } from '../../../../operations/deployed/subscribers.ts';
import type { ReplayPlan } from '../../../../operations/replay/plan.ts';

export const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
export const HOUR_MS = 3_600_000;

const EVENTS = 'arn:aws:events:eu-west-1:123456789012';

export const ARCHIVE: EventArchive = {
  name: 'all',
  arn: `${EVENTS}:archive/all`,
  busArn: `${EVENTS}:event-bus/bus`,
  busName: 'bus',
  events: 1234,
  bytes: 2_500_000,
  retentionDays: 0,
};

export function subscriber(name: string): DeployedSubscriber {
  return {
    name,
    id: name,
    queueUrl: `https://sqs/${name}-queue`,
    dlqUrl: `https://sqs/${name}-dlq`,
    ruleArn: `${EVENTS}:rule/bus/${name}-rule`,
  };
}

/** A plan of the last hour, to `audit` alone unless it is told otherwise. */
export function planOf(more: Partial<ReplayPlan> = {}): ReplayPlan {
  return {
    name: 'again',
    window: { from: NOW - HOUR_MS, to: NOW },
    archive: ARCHIVE,
    receivers: [{ subscriber: subscriber('audit'), types: ['A'] }],
    byRuleArn: new Map([[subscriber('audit').ruleArn, 5]]),
    ...more,
  };
}
