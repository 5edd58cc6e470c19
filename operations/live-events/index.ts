/** Events of the local engine's bus as they come, with what rules decided about them, from its journal. */
export { type BusEvent, type BusNews, followBus, type RuleVerdict } from './follow-bus.ts';
