import { type PutEventsEffects, putEvents } from '../aws/event-bridge.ts';
import { userRegisteredEntry } from '../deployed/registration-event.ts';
import { displayId } from '../messages/display.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { PipeRegistration } from './pipe-records.ts';

/** A registration that is not on the bus. */
export interface RefusedRegistration {
  readonly registration: PipeRegistration;
  /** In the words of the bus, or how it breaks the event's contract. */
  readonly problem: string;
}

/**
 * Makes what puts registrations on a bus. It returns those that are not there, and why.
 */
export function putRegistrations(busName: string, effects: PutEventsEffects) {
  return async (registrations: readonly PipeRegistration[]): Promise<RefusedRegistration[]> => {
    const refusals: RefusedRegistration[] = [];
    const valid = registrations.flatMap((registration) => {
      try {
        return [{ registration, entry: userRegisteredEntry({ ...registration, busName }) }];
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        refusals.push({ registration, problem: error.message });
        return [];
      }
    });
    const refused = await putEvents(
      valid.map(({ entry }) => entry),
      effects,
    );
    for (const { index, code, message } of refused) {
      const registration = valid[index]?.registration;
      if (registration === undefined) throw new Error(`The bus refused entry ${index}, which it was not given.`);
      refusals.push({ registration, problem: `${displayId(registration.userId)}: ${code}: ${message}` });
    }
    return refusals;
  };
}
