import { basename } from 'node:path';
import { newestContracts } from '../../../schemas/generated/event-contracts.ts';
import { parseEventSchema } from '../../../schemas/generator/read-event-schemas.ts';
import { renderEvent } from './event-files.ts';
import { eventNameProblem, likelySource } from './event-name.ts';
import type { NewFile, Refusal } from './new-file.ts';

export interface EventRequest {
  /** Such as `UserVerified`. */
  readonly name: string;
  /** Who publishes it; undefined where nobody was named. */
  readonly source: string | undefined;
}

export interface EventPlan {
  readonly source: string;
  readonly files: readonly NewFile[];
}

/**
 * Plans schema and sample of a new event. Nothing is written, and what is generated from them is not among them.
 *
 * @param isTaken whether something is at a path of the project
 */
export function planEvent(request: EventRequest, isTaken: (path: string) => boolean): EventPlan | Refusal {
  const { name, source = likelySource(name) } = request;
  const nameProblem = eventNameProblem(name);
  if (nameProblem !== undefined) return { refused: nameProblem };
  if (Object.hasOwn(newestContracts, name)) {
    return { refused: `there is an event ${name} already; a new version of it is described in schemas/README.md` };
  }

  const { schema, sample } = renderEvent({ name, source });
  const taken = [schema.path, schema.path.replace('schemas/', 'schemas/released/'), sample.path].find(isTaken);
  if (taken !== undefined) return { refused: `${taken} is there already; take another name, or remove it first` };
  try {
    parseEventSchema(basename(schema.path), schema.text); // the generator's own rules, those for a source among them
  } catch (error) {
    // The name is checked already, so only the source can be wrong; who asked knows of no file yet.
    return { refused: (error as Error).message.replace(/^\S+: "x-source"/, '--source') };
  }
  return { source, files: [schema, sample] };
}
