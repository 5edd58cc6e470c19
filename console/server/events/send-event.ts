import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { onStack, requireOutput } from '../../../operations/deployed/stack.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import { fieldsOf, parseObject, textsOf } from '../../../operations/messages/json-fields.ts';
import {
  draftOf,
  type EventDraft,
  eventCode,
  newEvent,
  publishEvent,
  triedText,
  tryEvent,
} from '../../../operations/try-events/index.ts';
import type { SentEvent, TriedEventView } from '../../contract/events.ts';
import type { Asked } from '../route.ts';

/**
 * What the contract and the rules of the bus say about an event: as it would be sent, or, by `as=it-is`, as it was. Nothing is sent,
 * so this is allowed where the console is read-only.
 * @throws UsageError for what is no event
 */
export async function tryDraft({ query, target, signal }: Asked): Promise<TriedEventView> {
  const given = parseObject(query.get('event') ?? '');
  const event =
    query.get('as') === 'it-is'
      ? { draft: draftOf(given ?? {}, 'the event'), copyOf: undefined }
      : newEvent(draftIn(given));
  return onStack(target, async (on) => {
    const { contract, violations, rules } = await tryEvent(on, event.draft, { now: timeAt(on.target), signal });
    return {
      ...(contract !== undefined && { contract }),
      ...(event.copyOf !== undefined && { copyOf: event.copyOf }),
      violations: violations.map(({ pointer, field, problem }) => ({ pointer, field, problem })),
      rules: rules.map((rule) => {
        const { who, isMatched, isEnabled } = rule;
        return { who, isMatched, isEnabled, text: triedText(rule) };
      }),
      receivers: rules.filter(({ isMatched, isEnabled }) => isMatched && isEnabled).length,
      code: eventCode(event.draft, requireOutput(on.stack, 'EventBusName'), on.target, target),
    };
  });
}

/**
 * Sends an event. One that has an event id is copied.
 * @param body `event`, as EventBridge delivers it
 * @throws UsageError for what is no event; CommandFailure if it breaks its contract, or the bus refuses it
 */
export async function sendEvent({ target }: Asked, body: Readonly<Record<string, unknown>>): Promise<SentEvent> {
  const event = newEvent(draftIn(fieldsOf(body.event)));
  const { id, eventId } = await onStack(target, (on) => publishEvent(on, event));
  const { type, detail } = event.draft;
  return { id, eventId, type, ...textsOf({ userId: fieldsOf(detail.data).userId }) };
}

/** What is sent is no replay's. */
function draftIn(event: Readonly<Record<string, unknown>> | undefined): EventDraft {
  if (event === undefined) throw new UsageError('the event is not a JSON object');
  const { replayName: _, ...draft } = draftOf(event, 'the event');
  return draft;
}
