import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RECREATE_HINT } from '../aws/not-found.ts';
import { findArchive } from '../deployed/archive.ts';
import type { FoundStack, OnStack } from '../deployed/stack.ts';
import { chooseSubscribers, type DeployedSubscriber, findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import type { Window } from '../time/time.ts';
import { countArchivedEvents } from './archived-events.ts';
import { estimateMatchedEvents } from './matched-events.ts';
import { type Receiver, toReceiver, whoTake } from './receivers.ts';
import type { ReplayPlan } from './replay-plan.ts';

/** Who is to get a replay. */
export interface Choice {
  readonly toSubscriber?: readonly string[];
  readonly allSubscribers?: boolean;
  /** Only those who take events of this type. @default any */
  readonly type?: string;
}

/**
 * Finds out who would get what of a replay. Changes nothing.
 * @param now milliseconds since the Unix epoch
 * @throws UsageError for a choice that nobody fits; CommandFailure if archive or rules are not there
 */
export async function makePlan(
  { clients, stack }: OnStack,
  choice: Choice,
  { name, window }: { name: string; window: Window },
  now: number,
): Promise<ReplayPlan> {
  const subscribers = choose(stack, choice);
  const events = clients.of(EventBridgeClient);
  const archive = await findArchive(events, stack);
  const all = await Promise.all(subscribers.map((subscriber) => describeReceiver(events, subscriber)));
  const receivers = choice.type === undefined ? all : whoTake(choice.type, all);
  const plan = { name, window, archive, receivers };

  const ruleArns = receivers.filter(({ hindrance }) => !hindrance).map(({ subscriber }) => subscriber.ruleArn);
  const ruleNames = ruleArns.map((arn) => ruleOfArn(arn).name);
  const archived = await countArchivedEvents(clients.of(CloudWatchLogsClient), archive.name, window, ruleNames);
  if (archived === undefined) {
    const cloudwatch = clients.of(CloudWatchClient);
    const estimates = ruleArns.length > 0 ? await estimateMatchedEvents(cloudwatch, ruleArns, window, now) : new Map();
    return { ...plan, byRuleArn: estimates };
  }
  const { byRule, timeline } = archived;
  return { ...plan, byRuleArn: new Map(ruleArns.map((arn) => [arn, byRule.get(ruleOfArn(arn).name) ?? 0])), timeline };
}

function choose(stack: FoundStack, { toSubscriber = [], allSubscribers = false }: Choice): DeployedSubscriber[] {
  if (!allSubscribers && toSubscriber.length > 0) return chooseSubscribers(stack, toSubscriber);
  const all = findSubscribers(stack);
  if (all.length === 0) throw new CommandFailure(`the stack ${stack.name} has no subscriber to replay to`);
  if (allSubscribers) return all;
  const names = all.map(({ name }) => name).join(', ');
  throw new UsageError(`say who is to get the events: --to-subscriber NAME (there are ${names}), or --all-subscribers`);
}

async function describeReceiver(events: EventBridgeClient, subscriber: DeployedSubscriber): Promise<Receiver> {
  const { bus, name } = ruleOfArn(subscriber.ruleArn);
  try {
    return toReceiver(subscriber, await events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus })));
  } catch (cause) {
    if ((cause as Error).name !== 'ResourceNotFoundException') throw cause;
    throw new CommandFailure(`the rule of ${subscriber.name} is gone: ${RECREATE_HINT}`, { cause });
  }
}
