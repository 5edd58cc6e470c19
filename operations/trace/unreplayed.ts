import { type CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { type RulePattern, skipsReplays, typesIn } from '../deployed/rule-pattern.ts';
import { constructIdOf, type FoundStack } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';
import { type HopOf, hopsOf, type TracedRegistration, type TraceHop } from './hops.ts';

/** What a subscriber's rule wants of an event, by the stack's template. */
export interface Taker {
  readonly subscriber: string;
  /** The types of events that it takes. @default any */
  readonly types?: readonly string[];
  readonly skipsReplays: boolean;
}

/** The subscribers of a stack, and what they take. */
export async function readTakers(client: CloudFormationClient, stack: FoundStack): Promise<Taker[]> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stack.name }));
  const patterns = new Map<string, RulePattern>();
  for (const [logicalId, resource] of Object.entries(fieldsOf(parseObject(TemplateBody)?.Resources))) {
    const { Type, Properties } = fieldsOf(resource);
    const id = Type === 'AWS::Events::Rule' ? constructIdOf(logicalId, 'Rule') : undefined;
    if (id !== undefined) patterns.set(id, fieldsOf(fieldsOf(Properties).EventPattern));
  }
  return findSubscribers(stack).map(({ id, name: subscriber }) => {
    const pattern = patterns.get(id) ?? {};
    const types = typesIn(pattern);
    return { subscriber, skipsReplays: skipsReplays(pattern), ...(types !== undefined && { types }) };
  });
}

/** Whether something in these registrations came of a replay. */
export function hasReplays(registrations: readonly TracedRegistration[]): boolean {
  return registrations.some(({ hops }) => hopsOf(hops, 'event').some(({ replay }) => replay !== undefined));
}

/** How the journal says that a rule refused an event for being replayed, or for coming of a replay. */
const REFUSED_REPLAY = /^(?:replay-name|detail\.metadata\.replayName) does not accept /;

/**
 * The registration, with a hop for each subscriber that did not get a replayed event although it takes events of that type. A
 * replay asks only the rules that it is for: about the others the journal has nothing.
 */
export function withUnreplayed(registration: TracedRegistration, takers: readonly Taker[]): TracedRegistration {
  const events = new Map<string, HopOf<'event'>>();
  const asked = new Map<string, string[]>();
  for (const hop of registration.hops) {
    if (hop.hop === 'event') events.set(hop.busEventId, hop);
    if (hop.hop === 'rule') asked.set(hop.busEventId, [...(asked.get(hop.busEventId) ?? []), hop.subscriber]);
  }
  const hops = registration.hops.flatMap((hop): TraceHop[] => {
    if (hop.hop === 'event') return [hop, ...unasked(hop, asked.get(hop.busEventId) ?? [], takers)];
    if (hop.hop !== 'rule' || hop.matched || !REFUSED_REPLAY.test(hop.reason ?? '')) return [hop];
    const event = events.get(hop.busEventId);
    const taker = takers.find(({ subscriber }) => subscriber === hop.subscriber);
    if (event === undefined || taker === undefined || !takes(taker, event)) return [hop];
    const { subscriber, at, replay, busEventId } = hop;
    return [{ hop: 'no-replay', at, subscriber, busEventId, why: 'skips', ...(replay !== undefined && { replay }) }];
  });
  return { ...registration, hops };
}

/** @param asked the subscribers whose rules the replay was for */
function unasked(event: HopOf<'event'>, asked: readonly string[], takers: readonly Taker[]): TraceHop[] {
  const { at, busEventId, replay } = event;
  if (!event.isReplayed || replay === undefined) return [];
  const others = takers.filter((taker) => takes(taker, event) && !asked.includes(taker.subscriber));
  return others.map(({ subscriber, skipsReplays: skips }) => {
    const place = { hop: 'no-replay', at, subscriber, busEventId, replay } as const;
    return skips ? { ...place, why: 'skips' } : { ...place, why: 'not chosen', chosen: asked };
  });
}

function takes({ types }: Taker, { detailType }: HopOf<'event'>): boolean {
  return types === undefined || types.includes(detailType);
}
