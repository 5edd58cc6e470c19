import { compileEventPattern } from '../../../../packages/local-engine/eventbridge/event-pattern/event-pattern.ts';

/** Matches one event against one pattern. */
export function matchesEventPattern(pattern: unknown, event: unknown): boolean {
  return compileEventPattern(pattern)(event);
}
