import { type CatalogEntry, readCatalog } from '../../schemas/catalog.ts';
import { SchemaError } from '../../schemas/generator/read-event-schemas.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';
import { draftOf, type EventDraft } from './event-draft.ts';

/**
 * A sample of an event, by its name, such as `user-registered.v1.replayed`, or by the event's name for the plain sample of its
 * newest version.
 * @throws UsageError for another name, with those that there are
 */
export async function readSample(name: string): Promise<EventDraft> {
  const catalog = await readContracts();
  const newest = catalog.findLast(({ detailType }) => detailType === name)?.schemaName ?? name;
  const samples = catalog.flatMap((entry) => entry.samples);
  const found = samples.find(({ fileName }) => fileName === `${newest}.json`);
  if (found !== undefined) return draftOf(found.event, `the sample ${name}`);
  const names = samples.map(({ fileName }) => fileName.replace(/\.json$/, '')).join(', ');
  throw new UsageError(`there is no sample ${name}; there are ${names}`);
}

/** The contracts of this checkout. @throws CommandFailure for a schema or sample that has to be fixed */
async function readContracts(): Promise<CatalogEntry[]> {
  try {
    return await readCatalog();
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new CommandFailure(`schemas/${cause.message}`, { cause });
  }
}
