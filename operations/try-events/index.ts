/** An event that is not published yet: whether it is valid, which rules it would match, and publishing it. */
export { type TriedRule, triedText } from '../bus-rules/index.ts';
export { type EventCode, eventCode } from './event-code.ts';
export {
  type ContractCheck,
  checkContract,
  type DeliveredEvent,
  deliveredEvent,
  draftOf,
  type EventDraft,
  parseDraft,
} from './event-draft.ts';
export { type NewEvent, newEvent, withoutIds } from './new-event.ts';
export { readSample } from './samples.ts';
export { type PublishedEvent, publishEvent, type TriedEvent, triedProblem, tryEvent } from './try-event.ts';
