import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, type DescribeRuleResponse, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ifFound, RECREATE_HINT } from '../aws/aws-failure.ts';
import { type EventArchive, findArchive } from '../deployed/archive.ts';
import { ruleConditionText } from '../deployed/rule-condition.ts';
import { type RulePattern, skipsReplays, typesIn } from '../deployed/rule-pattern.ts';
import type { FoundStack, OnStack } from '../deployed/stack.ts';
import { chooseSubscribers, type DeployedSubscriber, findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { formatTime, type Window } from '../time/time.ts';
import { countArchivedEvents, type EventTimeline, estimateMatchedEvents } from './event-counts.ts';

/** Which subscribers get a replay. */
export interface ReceiverChoice {
  readonly toSubscriber?: readonly string[] | undefined;
  readonly allSubscribers?: boolean | undefined;
  /** Only those that take events of this type. @default any */
  readonly type?: string | undefined;
}

/** A chosen subscriber, by its rule. */
export interface Receiver {
  readonly subscriber: DeployedSubscriber;
  /** The detail-types that its rule matches. @default any */
  readonly types?: readonly string[];
  /** Which events of these types, in words. @default - all of them */
  readonly condition?: string;
  /** Why it gets no replayed events. @default - it gets them */
  readonly hindrance?: 'its rule skips replays' | 'its rule is disabled';
}

/** What a replay would do. */
export interface ReplayPlan {
  readonly name: string;
  readonly window: Window;
  readonly archive: EventArchive;
  readonly receivers: readonly Receiver[];
  /** Events for each receiver's rule, by its ARN; a rule without known number is left out. */
  readonly byRuleArn: ReadonlyMap<string, number>;
  /** All events. @default - they cannot be counted, as on AWS, and the numbers above are estimates */
  readonly timeline?: EventTimeline;
}

/**
 * Finds out which subscribers would get how many events. Changes nothing.
 * @param now milliseconds since the Unix epoch
 * @param onCounted called with how many archived events were counted so far
 * @throws UsageError for a choice that fits no subscriber; CommandFailure if the archive or a rule does not exist
 */
export async function planReplay(
  on: OnStack,
  choice: ReceiverChoice,
  { name, window }: { name: string; window: Window },
  now: number,
  onCounted?: (events: number) => void,
): Promise<ReplayPlan> {
  const { clients } = on;
  const { archive, receivers } = await findReceivers(on, choice);
  const plan = { name, window, archive, receivers };

  const ruleArns = reachedSubscribers(plan).map(({ ruleArn }) => ruleArn);
  const ruleNames = ruleArns.map((arn) => ruleOfArn(arn).name);
  const logs = clients.of(CloudWatchLogsClient);
  const archived = await countArchivedEvents(logs, archive.name, window, ruleNames, onCounted);
  if (archived === undefined) {
    const cloudwatch = clients.of(CloudWatchClient);
    const estimates = ruleArns.length > 0 ? await estimateMatchedEvents(cloudwatch, ruleArns, window, now) : new Map();
    return { ...plan, byRuleArn: estimates };
  }
  const { byRule, timeline } = archived;
  return { ...plan, byRuleArn: new Map(ruleArns.map((arn) => [arn, byRule.get(ruleOfArn(arn).name) ?? 0])), timeline };
}

/** A receiver, with the pattern of its rule. */
interface DescribedReceiver extends Receiver {
  readonly pattern: object;
}

/**
 * The stack's archive, and the chosen subscribers as their rules are now.
 * @throws UsageError for a choice that fits no subscriber; CommandFailure if the archive or a rule does not exist
 */
export async function findReceivers(
  { clients, stack }: OnStack,
  choice: ReceiverChoice,
): Promise<{ readonly archive: EventArchive; readonly receivers: readonly DescribedReceiver[] }> {
  const subscribers = choose(stack, choice);
  const events = clients.of(EventBridgeClient);
  const archive = await findArchive(events, stack);
  const all = await Promise.all(subscribers.map((subscriber) => describeReceiver(events, subscriber)));
  return { archive, receivers: choice.type === undefined ? all : takersOf(choice.type, all) };
}

function choose(
  stack: FoundStack,
  { toSubscriber = [], allSubscribers = false }: ReceiverChoice,
): DeployedSubscriber[] {
  if (!allSubscribers && toSubscriber.length > 0) return chooseSubscribers(stack, toSubscriber);
  const all = findSubscribers(stack);
  if (all.length === 0) throw new CommandFailure(`the stack ${stack.name} has no subscriber to replay to`);
  if (allSubscribers) return all;
  const names = all.map(({ name }) => name).join(', ');
  throw new UsageError(`choose subscribers: --to-subscriber NAME (there are ${names}), or --all-subscribers`);
}

async function describeReceiver(events: EventBridgeClient, subscriber: DeployedSubscriber): Promise<DescribedReceiver> {
  const { bus, name } = ruleOfArn(subscriber.ruleArn);
  const rule = await ifFound(events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus })));
  if (rule === undefined) throw new CommandFailure(`the rule of ${subscriber.name} does not exist: ${RECREATE_HINT}`);
  return { ...toReceiver(subscriber, rule), pattern: JSON.parse(rule.EventPattern ?? '{}') as object };
}

/** @param rule as DescribeRule answers */
export function toReceiver(subscriber: DeployedSubscriber, rule: DescribeRuleResponse): Receiver {
  const pattern = JSON.parse(rule.EventPattern ?? '{}') as RulePattern;
  const types = typesIn(pattern);
  const hindrance = findHindrance(rule, pattern);
  const condition = ruleConditionText(rule.EventPattern);
  return {
    subscriber,
    ...(types && { types }),
    ...(condition !== '' && { condition }),
    ...(hindrance && { hindrance }),
  };
}

function findHindrance({ State }: DescribeRuleResponse, pattern: RulePattern): Receiver['hindrance'] {
  if (State === 'DISABLED') return 'its rule is disabled';
  return skipsReplays(pattern) ? 'its rule skips replays' : undefined;
}

/**
 * The receivers that take events of a type. AWS replays to rules and knows no types, so this is how a replay is limited to one.
 * @throws UsageError if there is none, with the types that they take
 */
export function takersOf<T extends Receiver>(type: string, receivers: readonly T[]): T[] {
  const takers = receivers.filter(({ types }) => types === undefined || types.includes(type));
  if (takers.length > 0) return takers;
  const taken = receivers.map((receiver) => `${receiver.subscriber.name} takes ${typesText(receiver)}`);
  throw new UsageError(`no chosen subscriber takes ${type}: ${taken.join(', ')}`);
}

/** The events that a subscriber takes, in words. */
export function typesText({ types, condition }: Receiver): string {
  const events = types === undefined ? 'any event' : types.join(' and ');
  return condition === undefined ? events : `${events} where ${condition}`;
}

/** The subscribers that get events. */
export function reachedSubscribers({ receivers }: Pick<ReplayPlan, 'receivers'>): DeployedSubscriber[] {
  return receivers.flatMap(({ subscriber, hindrance }) => (hindrance === undefined ? [subscriber] : []));
}

/** The same plan for some of its subscribers alone. @throws UsageError for a name that it does not have */
export function narrowPlan(plan: ReplayPlan, names: readonly string[]): ReplayPlan {
  const known = plan.receivers.map(({ subscriber }) => subscriber.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no subscriber is named ${unknown}; there are ${known.join(', ')}`);
  }
  return { ...plan, receivers: plan.receivers.filter(({ subscriber }) => names.includes(subscriber.name)) };
}

/** Why the replay would send no event, in one line; undefined if it may send some. */
export function reasonNothingToReplay(plan: ReplayPlan): string | undefined {
  const reached = reachedSubscribers(plan);
  if (reached.length === 0) {
    const reasons = plan.receivers.map(({ subscriber, hindrance }) => `${subscriber.name} gets none: ${hindrance}`);
    return `nothing to replay: ${reasons.join('; ')}`;
  }
  // Where they were not counted, the numbers are estimates.
  const isNone = reached.every(({ ruleArn }) => plan.byRuleArn.get(ruleArn) === 0);
  if (plan.timeline === undefined || !isNone) return undefined;
  const names = reached.map(({ name }) => name).join(', ');
  return `nothing to replay: the archive ${plan.archive.name} holds no event for ${names} from ${windowText(plan.window)}`;
}

export function windowText({ from, to }: Window): string {
  return `${formatTime(from)} to ${formatTime(to)}`;
}
