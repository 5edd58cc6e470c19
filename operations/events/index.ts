/** Events of the bus: those in the archive, those that come, and what a killed reader leaves behind. */
export { followEvents } from './follow-events.ts';
export { readArchive } from './read-archive.ts';
export {
  type Envelope,
  type EventFilter,
  type EventsProgress,
  type EventsSession,
  eventsSession,
  LOCAL_DELAYS,
  leftBehindText,
} from './session.ts';
export { removeLeftovers, removeOldLeftovers } from './temporary-queue.ts';
