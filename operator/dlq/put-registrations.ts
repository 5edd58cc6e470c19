import { displayId } from '../display.ts';
import { CommandFailure } from '../errors.ts';
import { type PutEventsEffects, putEvents } from '../put-events.ts';
import { type Registration, userRegisteredEntry } from '../registration-event.ts';

/**
 * Makes what puts registrations on a bus. It returns why some are not there: in the words of the bus, or because they break
 * the event's contract.
 */
export function putRegistrations(busName: string, effects: PutEventsEffects) {
  return async (registrations: readonly Registration[]): Promise<string[]> => {
    const problems: string[] = [];
    const valid = registrations.flatMap((registration) => {
      try {
        return [{ registration, entry: userRegisteredEntry({ ...registration, busName }) }];
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        problems.push(error.message);
        return [];
      }
    });
    const refused = await putEvents(
      valid.map(({ entry }) => entry),
      effects,
    );
    for (const { index, code, message } of refused) {
      problems.push(`${displayId(valid[index]?.registration.userId ?? '')}: ${code}: ${message}`);
    }
    return problems;
  };
}
