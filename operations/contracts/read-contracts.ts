import { type CatalogEntry, readCatalog } from '../../schemas/catalog.ts';
import { type JsonSchema, SchemaError } from '../../schemas/generator/read-event-schemas.ts';
import { CommandFailure, UsageError } from '../messages/errors.ts';

/**
 * The contracts of this checkout, as its files are now.
 * @param folder of the schemas. @default this checkout's
 * @throws CommandFailure for a schema or sample that has to be fixed
 */
export async function readContracts(folder?: string): Promise<CatalogEntry[]> {
  try {
    return await readCatalog(folder);
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause;
    throw new CommandFailure(`schemas/${cause.message}`, { cause });
  }
}

/** The name of a sample, such as `user-registered.v1.replayed`. */
export function sampleName({ fileName }: { readonly fileName: string }): string {
  return fileName.replace(/\.json$/, '');
}

/**
 * A sample as a whole event, by its name, or by the event's name for the plain sample of its newest version.
 * @throws UsageError for another name, with those that there are
 */
export async function findSample(name: string): Promise<JsonSchema> {
  const catalog = await readContracts();
  const wanted = catalog.findLast(({ detailType }) => detailType === name)?.schemaName ?? name;
  const samples = catalog.flatMap((entry) => entry.samples);
  const found = samples.find((sample) => sampleName(sample) === wanted);
  if (found !== undefined) return found.event;
  throw new UsageError(`there is no sample ${name}; there are ${samples.map(sampleName).join(', ')}`);
}
