import type { OnStack } from '../deployed/stack.ts';
import {
  type Envelope,
  type EventsProgress,
  eventsSession,
  followEvents,
  leftBehindText,
  removeOldLeftovers,
} from '../events/index.ts';
import { fieldsOf, textsOf } from '../messages/json-fields.ts';
import type { BusEvent } from './follow-bus.ts';

export interface WatchBusOptions {
  /** Aborted to end it: rule and queue are removed then. */
  readonly signal: AbortSignal;
  /** Called with what is worth a line, in words. */
  onNote(text: string): void;
  /** Called with what could not be removed at the end. */
  onLeftBehind(text: string): void;
}

/**
 * The events of a bus as they come, also on AWS: by a temporary rule and queue, which are removed when it ends. A batch may be empty:
 * one comes every 20 seconds at least.
 */
export async function* watchBus(on: OnStack, options: WatchBusOptions): AsyncGenerator<readonly BusEvent[]> {
  const { signal, onNote } = options;
  const session = eventsSession(on, { signal, onProgress: (step) => noteProgress(step, options) });
  const removed = await removeOldLeftovers(session);
  if (removed !== undefined) onNote(removed);
  yield* followEvents(session, { show: busEventOf });
}

function noteProgress(step: EventsProgress, { onNote, onLeftBehind }: WatchBusOptions): void {
  if (step.kind === 'following') onNote('The temporary rule and queue are there; events are shown as they come.');
  if (step.kind === 'left-behind') onLeftBehind(leftBehindText(step));
}

/** An event of another system may hold anything. */
function busEventOf({ id, time, 'detail-type': type, source, detail, 'replay-name': replay }: Envelope): BusEvent {
  const { userId } = textsOf({ userId: fieldsOf(fieldsOf(detail).data).userId });
  return {
    id,
    at: Date.parse(time),
    type,
    source,
    ...(userId !== undefined && { userId }),
    ...(replay !== undefined && { replay }),
    detail,
  };
}
