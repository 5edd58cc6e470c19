import type { EventArchive } from '../deployed/archive.ts';
import { type EventsSession, readArchive } from '../events/index.ts';
import type { Window } from '../time/time.ts';
import { movedEvent, Tally } from './moved-event.ts';

/** What an export has written, and what it has left behind. */
export interface ExportedEvents {
  events: number;
  /** Fields that no contract names, and of how many events each was removed. */
  readonly removed: Tally;
  /** Events that are not in the export, by the reason. */
  readonly leftOut: Tally;
}

export function nothingExported(): ExportedEvents {
  return { events: 0, removed: new Tally(), leftOut: new Tally() };
}

/**
 * The archived events of a window for a file, each a line of JSON, in the order of time. Each is checked by its contract, and only
 * has what that names.
 * @param exported is counted up as lines are given out
 */
export async function* exportEvents(
  session: EventsSession,
  { archive, window }: { readonly archive: EventArchive; readonly window: Window },
  exported: ExportedEvents,
): AsyncGenerator<readonly string[]> {
  const show = (event: object) => {
    const moved = movedEvent({ ...event });
    if (moved.kind === 'bad') {
      exported.leftOut.add(`${moved.type}: ${moved.problem}`);
      return undefined;
    }
    for (const field of moved.removed) exported.removed.add(field);
    exported.events += 1;
    return `${JSON.stringify({ ...event, detail: moved.detail })}\n`;
  };
  yield* readArchive(session, { archive, window, show });
}
