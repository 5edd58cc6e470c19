import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { onStack, requireOutput } from '../../../operations/deployed/stack.ts';
import { fieldsOf, parseObject, textsOf } from '../../../operations/messages/json-fields.ts';
import {
  draftOf,
  type EventDraft,
  eventCode,
  type NewEvent,
  newEvent,
  publishEvent,
  triedText,
  tryEvent,
} from '../../../operations/try-events/index.ts';
import type { SentEvent, TriedEventView } from '../../contract/events.ts';
import type { Body } from '../body.ts';
import type { Asked } from '../route.ts';

/**
 * What the contract and the rules of the bus say about an event: as it would be sent, or, by `as=it-is`, as it was. Nothing is sent,
 * so this is allowed where the console is read-only.
 * @throws UsageError for what is no event
 */
export async function tryDraft({ query, target, signal }: Asked): Promise<TriedEventView> {
  const asked = parseObject(query.get('event') ?? '') ?? {};
  const isAsItWas = query.get('as') === 'it-is';
  const given = isAsItWas ? draftOf(asked, 'the event') : draftIn(asked);
  const { draft, copyOf }: Pick<NewEvent, 'draft' | 'copyOf'> = isAsItWas ? { draft: given } : newEvent(given);
  return onStack(target, async (on) => {
    const { contract, violations, rules } = await tryEvent(on, draft, { now: timeAt(on.target), signal });
    return {
      ...(contract !== undefined && { contract }),
      ...(copyOf !== undefined && { copyOf }),
      violations: violations.map(({ pointer, field, problem }) => ({ pointer, field, problem })),
      rules: rules.map((rule) => {
        const { who, isMatched, isEnabled } = rule;
        return { who, isMatched, isEnabled, text: triedText(rule) };
      }),
      receivers: rules.filter(({ isMatched, isEnabled }) => isMatched && isEnabled).length,
      code: eventCode({ given, draft, busName: requireOutput(on.stack, 'EventBusName') }, on.target, target),
    };
  });
}

/**
 * Sends an event. One that has an event id is copied.
 * @param body `event`, as EventBridge delivers it
 * @throws UsageError for what is no event; CommandFailure if it breaks its contract, or the bus refuses it
 */
export async function sendEvent({ target }: Asked, body: Body): Promise<SentEvent> {
  const event = newEvent(draftIn(fieldsOf(body.event)));
  const { id, eventId } = await onStack(target, (on) => publishEvent(on, event));
  const { type, detail } = event.draft;
  return { id, eventId, type, ...textsOf({ userId: fieldsOf(detail.data).userId }) };
}

/** What is sent is no replay's. */
function draftIn(event: Body): EventDraft {
  const { replayName: _, ...draft } = draftOf(event, 'the event');
  return draft;
}
