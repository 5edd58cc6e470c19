import { EventBridgeClient, ListRulesCommand, type Rule } from '@aws-sdk/client-eventbridge';
import { allPages } from '../aws/event-bridge.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { TEMPORARY_PREFIX } from '../deployed/temporary-names.ts';
import { parseObject } from '../messages/json-fields.ts';
import type { Pattern } from './rule-conditions.ts';

/** A rule of the bus, by the pattern that it has now. */
export interface BusRule {
  /** The subscriber whose rule it is; of another rule, its name. */
  readonly who: string;
  /** The rule's name. */
  readonly rule: string;
  /** `other`: of another stack, or made by hand. `temporary`: of a command that watches the bus. `aws`: EventBridge's own. */
  readonly kind: 'subscriber' | 'other' | 'temporary' | 'aws';
  readonly isEnabled: boolean;
  readonly pattern: Pattern;
}

const ORDER = ['subscriber', 'other', 'temporary', 'aws'] as const;

/** Every rule of the bus that takes events, the stack's own subscribers first. */
export async function listBusRules({ clients, stack }: OnStack, signal?: AbortSignal): Promise<BusRule[]> {
  const client = clients.of(EventBridgeClient);
  const EventBusName = requireOutput(stack, 'EventBusName');
  const subscribers = new Map(findSubscribers(stack).map(({ name, ruleArn }) => [ruleOfArn(ruleArn).name, name]));
  const found: BusRule[] = [];
  const options = signal && { abortSignal: signal };
  const pages = allPages((next) => client.send(new ListRulesCommand({ EventBusName, ...next }), options));
  for await (const { Rules = [] } of pages) found.push(...Rules.flatMap((rule) => busRule(rule, subscribers)));
  return found.sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.who < b.who ? -1 : a.who > b.who ? 1 : 0),
  );
}

/** None for a rule without a pattern, which follows a schedule. */
function busRule(
  { Name: rule = '', EventPattern, State, ManagedBy }: Rule,
  subscribers: ReadonlyMap<string, string>,
): BusRule[] {
  const pattern = parseObject(EventPattern ?? '');
  if (pattern === undefined) return [];
  const subscriber = subscribers.get(rule);
  const kind =
    subscriber !== undefined
      ? 'subscriber'
      : rule.startsWith(TEMPORARY_PREFIX)
        ? 'temporary'
        : ManagedBy === undefined
          ? 'other'
          : 'aws';
  // There is a third state, for rules that also take management events.
  return [{ who: subscriber ?? rule, rule, kind, isEnabled: State !== 'DISABLED', pattern }];
}
