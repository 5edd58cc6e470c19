/** An event that is not published yet: whether it is valid, which rules it would match, and publishing it. */
export { type BusRule, listBusRules } from './bus-rules.ts';
export { type EventCode, eventCode } from './event-code.ts';
export { type DeliveredEvent, draftOf, type EventDraft, parseDraft } from './event-draft.ts';
export { type NewEvent, newEvent, withoutIds } from './new-event.ts';
export { type Condition, conditionsOf, type Pattern } from './rule-conditions.ts';
export { readSample } from './samples.ts';
export { type PublishedEvent, publishEvent, type TriedEvent, triedProblem, tryEvent } from './try-event.ts';
export { type TriedRule, triedText, tryRules } from './try-rules.ts';
