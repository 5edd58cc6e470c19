import { findSample } from '../contracts/index.ts';
import { draftOf, type EventDraft } from './event-draft.ts';

/**
 * A sample of an event as a draft, by its name, such as `user-registered.v1.replayed`, or by the event's name for the plain sample
 * of its newest version.
 * @throws UsageError for another name, with those that there are
 */
export async function readSample(name: string): Promise<EventDraft> {
  return draftOf(await findSample(name), `the sample ${name}`);
}
