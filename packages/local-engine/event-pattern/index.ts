/** EventBridge event patterns, of rules and of pipes' filters: what AWS would refuse, and what matches. */
export { compileEventPattern, type EventMatcher, InvalidEventPatternError } from './event-pattern.ts';
export { TOO_COMPLEX } from './wildcard-complexity.ts';
