import { subscriberNameProblem } from '../../../cdk/subscriber-name.ts';
import { newestContracts } from '../../../schemas/generated/event-contracts.ts';
import { functionNameProblem } from './function-name.ts';
import type { Plan } from './new-file.ts';
import { renderSubscriber, type SubscribedEvent } from './subscriber-files.ts';

export interface SubscriberRequest {
  /** Of the folder under `services/`, such as `welcome-email`. */
  readonly name: string;
  /** Such as `BucketCreated`; undefined where none was named. */
  readonly event: string | undefined;
}

/** The newest version of every event, by the event's name. */
const EVENTS: Readonly<Record<string, SubscribedEvent>> = newestContracts;

/**
 * Plans the files of a new subscriber. Nothing is written.
 *
 * @param isTaken whether something is at a path of the project
 */
export function planSubscriber({ name, event }: SubscriberRequest, isTaken: (path: string) => boolean): Plan {
  const nameProblem = subscriberNameProblem(name) ?? functionNameProblem(name);
  if (nameProblem !== undefined) return { refused: nameProblem };

  const events = `the events are ${Object.keys(EVENTS).join(', ')}`;
  if (event === undefined) return { refused: `say with --on which event ${name} wants; ${events}` };
  const contract = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  if (contract === undefined) {
    return {
      refused: `there is no event ${event}; ${events}; another one is made by npx pipeline new event`,
    };
  }

  const taken = [`services/${name}`, `test/unit/services/${name}`].find(isTaken);
  if (taken !== undefined) return { refused: `${taken} is there already; take another name, or remove it first` };
  return { files: renderSubscriber(name, contract) };
}
