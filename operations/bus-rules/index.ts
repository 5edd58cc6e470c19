/** The rules of the bus: what each asks for, and whether an event meets it. */
export { type BusRule, listBusRules } from './list-rules.ts';
export { type Condition, conditionsOf, type Pattern } from './rule-conditions.ts';
export { askEventBridge, type Mismatch, type TriedRule, triedText, tryRules } from './try-rules.ts';
