import { join } from 'node:path';
import { readSchemaFiles } from './compatibility/released-schemas.ts';
import { type EventSchema, type JsonSchema, readEventSchemas } from './generator/read-event-schemas.ts';
import { type EventSample, readSamples } from './generator/read-samples.ts';

/** One version of one event, with everything that this checkout knows about it. */
export interface CatalogEntry extends EventSchema {
  /** The plain one first. */
  readonly samples: readonly EventSample[];
  /** The schema as it was last released. @default - it was never released, and may still change at will */
  readonly released?: JsonSchema;
}

/**
 * Reads every version of every event from the files, so that it also has what was saved a moment ago.
 *
 * @param folder holds `*.schema.json`, `samples/` and `released/`
 * @throws {SchemaError} naming the file that has to be fixed
 */
export async function readCatalog(folder: string = import.meta.dirname): Promise<CatalogEntry[]> {
  const [events, released] = await Promise.all([readEventSchemas(folder), readSchemaFiles(join(folder, 'released'))]);
  const samples = await readSamples(join(folder, 'samples'), events);
  return events.map((event) => {
    const before = released.get(event.fileName);
    return { ...event, samples: samples.get(event.schemaName) ?? [], ...(before && { released: before }) };
  });
}
