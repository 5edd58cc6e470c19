import { EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { batchesOf } from '../aws/aws-clients.ts';
import type { OnStack } from '../deployed/stack.ts';
import type { BusRule } from './list-rules.ts';
import { type Condition, conditionsOf, mismatchText, type Pattern } from './rule-conditions.ts';

/** Whether a rule would match an event, and why not. */
export interface TriedRule extends Omit<BusRule, 'pattern'> {
  readonly isMatched: boolean;
  /** What the event does not meet; none if it matches. */
  readonly mismatches: readonly Mismatch[];
}

/** A condition of a rule that an event does not meet. */
export interface Mismatch {
  /** Such as `detail.metadata.schemaVersion`; several where one of several would have been enough. */
  readonly fields: readonly string[];
  readonly text: string;
}

/** Rules that are tried at once: TestEventPattern shares the quota of EventBridge's other calls. */
const AT_ONCE = 5;

/** Answers whether an event matches a pattern. */
export type AskPattern = (pattern: Pattern) => Promise<boolean>;

/** Asks EventBridge about an event, by TestEventPattern. @param event as the bus delivers it */
export function askEventBridge({ clients }: OnStack, event: object, signal?: AbortSignal): AskPattern {
  const client = clients.of(EventBridgeClient);
  const Event = JSON.stringify(event);
  return async (pattern) => {
    const command = new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event });
    return (await client.send(command, signal && { abortSignal: signal })).Result === true;
  };
}

/**
 * Tries an event on rules. EventBridge itself decides: about the rule's pattern, and if that does not match, about each of its
 * conditions alone. Nothing is published.
 * @param event as the bus delivers it
 */
export async function tryRules(
  on: OnStack,
  rules: readonly BusRule[],
  event: object,
  signal?: AbortSignal,
): Promise<TriedRule[]> {
  const ask = askEventBridge(on, event, signal);
  const tried: TriedRule[] = [];
  for (const some of batchesOf(rules, AT_ONCE)) {
    tried.push(...(await Promise.all(some.map((rule) => tryRule(rule, event, ask)))));
  }
  return tried;
}

async function tryRule({ pattern, ...rule }: BusRule, event: object, ask: AskPattern): Promise<TriedRule> {
  const isMatched = await ask(pattern);
  return { ...rule, isMatched, mismatches: isMatched ? [] : await findMismatches(pattern, event, ask) };
}

/** No one condition fails where the values that fit are in different elements of an array. */
const ELEMENTS: Mismatch = {
  fields: [],
  text: 'each field matches alone, but no one choice of array elements satisfies them all',
};

/** The conditions of a pattern that an event does not meet; at least one for a pattern that does not match it. */
export async function findMismatches(pattern: Pattern, event: object, ask: AskPattern): Promise<Mismatch[]> {
  const found = await mismatchesOf(conditionsOf(pattern), event, ask);
  return found.length > 0 ? found : [ELEMENTS];
}

async function mismatchesOf(conditions: readonly Condition[], event: object, ask: AskPattern): Promise<Mismatch[]> {
  const found = await Promise.all(
    conditions.map(async (condition): Promise<Mismatch[]> => {
      if (await ask(condition.pattern)) return [];
      if (condition.kind === 'field') return [{ fields: [condition.path], text: mismatchText(condition, event) }];
      const each = await Promise.all(condition.alternatives.map((some) => mismatchesOf(some, event, ask)));
      const texts = each.map((mismatches) => (mismatches.length > 0 ? mismatches : [ELEMENTS]).map(({ text }) => text));
      return [
        {
          fields: [...new Set(each.flat().flatMap(({ fields }) => fields))],
          text: `none of its alternatives matches: ${texts.map((some) => some.join(', and ')).join('; or ')}`,
        },
      ];
    }),
  );
  return found.flat();
}

/** What a rule does with the event, in a sentence. */
export function triedText({ isMatched, isEnabled, mismatches }: Omit<TriedRule, 'who' | 'rule' | 'kind'>): string {
  if (!isMatched) return `does not match: ${mismatches.map(({ text }) => text).join('; ')}`;
  return isEnabled ? 'gets it' : 'its rule matches, but is disabled: it gets nothing';
}
