import type { TriedEventView } from '../../../contract/events.ts';
import { addressOf } from '../../address.ts';
import { type Answer, useAnswer } from '../../use-answer.ts';

/** What the server says about an event while it is typed. */
export type Trying = Answer<TriedEventView>;

/** After the last key, in milliseconds. */
const SETTLE_MS = 300;

/** The longest address that the server reads. */
const MOST_CHARACTERS = 100_000;

const TOO_LARGE = 'This event is too large to try it here. Use the command npx pipeline events test FILE';

/**
 * Asks the server about an event each time that it has changed, and a moment has passed.
 * @param event as JSON; undefined while there is none
 * @param as `it-is` for an event that came. @default as it would be sent
 */
export function useTry(event: string | undefined, as?: 'it-is'): Trying {
  const path = event && addressOf('/api/events/try', { event, as });
  const isTooLarge = path !== undefined && path.length > MOST_CHARACTERS;
  const trying = useAnswer<TriedEventView>(isTooLarge ? undefined : path, { settleMs: SETTLE_MS });
  return isTooLarge ? { ...trying, answer: undefined, problem: TOO_LARGE } : trying;
}
