import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TriedEventView } from '../../../contract/events.ts';
import { addressOf } from '../../address.ts';
import { type RequestFailed, read } from '../../server.ts';

/** What the server says about an event while it is typed. */
export interface Trying {
  /** About the event as it is now, or as it was a moment ago. */
  readonly tried?: TriedEventView;
  /** Why it could not be asked. */
  readonly problem?: string;
  /** Whether it is about the event as it is now. */
  readonly isCurrent: boolean;
}

/** After the last key, in milliseconds. */
const WAIT_MS = 300;

/** The longest address that the server reads. */
const MOST_CHARACTERS = 100_000;

const TOO_LARGE = 'This event is too large to try it here. Use the command npx pipeline events test FILE';

/**
 * Asks the server about an event each time that it has changed, and a moment has passed.
 * @param event as JSON
 * @param as `it-is` for an event that came. @default as it would be sent
 */
export function useTry(event: string | undefined, as?: 'it-is'): Trying {
  const answer = useSignal<Omit<Trying, 'isCurrent'> & { readonly about?: string }>({});
  useEffect(() => {
    if (event === undefined) return;
    let isOld = false;
    const keep = (given: Omit<Trying, 'isCurrent'>) => {
      if (!isOld) answer.value = { ...given, about: event };
    };
    const ask = () => {
      const path = addressOf('/api/events/try', { event, as });
      if (path.length > MOST_CHARACTERS) return keep({ problem: TOO_LARGE });
      read<TriedEventView>(path).then(
        (tried) => keep({ tried }),
        ({ message }: RequestFailed) => keep({ problem: message }),
      );
    };
    const timer = setTimeout(ask, WAIT_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [event]);
  const { about, ...given } = answer.value;
  return { ...given, isCurrent: about === event };
}
