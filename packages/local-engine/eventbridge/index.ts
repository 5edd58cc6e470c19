/** EventBridge: buses, rules, archives and replays, and their API. */
export { ARCHIVE_POSITION } from './archive-listing.ts';
export type { PutEventsEntry } from './bus-event.ts';
export { EventBridge, type PutEventsResult, type PutEventsResultEntry } from './event-bridge.ts';
export { compileEventPattern, type EventMatcher } from './event-pattern/event-pattern.ts';
export { eventsActions, putEventsAction } from './put-events.ts';
export { eventArchive, eventBus, eventRule } from './resources.ts';
export { RuleDelivery } from './rule-delivery.ts';
