import type { DescribeRuleResponse } from '@aws-sdk/client-eventbridge';
import type { DeployedSubscriber } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';

/** Why a subscriber gets nothing of a replay. */
export type Hindrance = 'its rule skips replays' | 'its rule is disabled';

/** A subscriber to whom events are to be replayed, by its rule. */
export interface Receiver {
  readonly subscriber: DeployedSubscriber;
  /** The detail-types that its rule takes. @default any */
  readonly types?: readonly string[];
  /** @default - nothing keeps replayed events from it */
  readonly hindrance?: Hindrance;
}

interface RulePattern {
  readonly 'detail-type'?: readonly unknown[];
  readonly 'replay-name'?: readonly unknown[];
}

/** @param rule as DescribeRule answers */
export function toReceiver(subscriber: DeployedSubscriber, rule: DescribeRuleResponse): Receiver {
  const pattern = JSON.parse(rule.EventPattern ?? '{}') as RulePattern;
  const types = pattern['detail-type'];
  const hindrance = findHindrance(rule, pattern);
  return {
    subscriber,
    // A condition on the type, such as a prefix, may take any.
    ...(types?.every((type) => typeof type === 'string') && { types }),
    ...(hindrance && { hindrance }),
  };
}

function findHindrance({ State }: DescribeRuleResponse, pattern: RulePattern): Hindrance | undefined {
  if (State === 'DISABLED') return 'its rule is disabled';
  const replayName = pattern['replay-name'] ?? [];
  const skips = replayName.length > 0 && replayName.every((condition) => isAbsence(condition));
  return skips ? 'its rule skips replays' : undefined;
}

function isAbsence(condition: unknown): boolean {
  return typeof condition === 'object' && (condition as { exists?: unknown } | null)?.exists === false;
}

/**
 * Those who take events of a type. AWS replays to rules and knows no types, so that is how a replay is narrowed to one.
 * @throws UsageError if nobody does, with what they take
 */
export function whoTake(type: string, receivers: readonly Receiver[]): Receiver[] {
  const takers = receivers.filter(({ types }) => types === undefined || types.includes(type));
  if (takers.length > 0) return takers;
  const taken = receivers.map((receiver) => `${receiver.subscriber.name} takes ${typesText(receiver)}`);
  throw new UsageError(`no ${type} goes to those who are to receive the replay: ${taken.join(', ')}`);
}

/** What a subscriber takes, for people. */
export function typesText({ types }: Receiver): string {
  return types === undefined ? 'any event' : types.join(' and ');
}
