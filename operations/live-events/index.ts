/** Events of the bus as they come: on the local engine from its journal, with what rules decided; on AWS by a temporary rule. */
export { type BusEvent, type BusNews, followBus, type RuleVerdict } from './follow-bus.ts';
export { watchBus } from './watch-bus.ts';
