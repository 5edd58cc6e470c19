import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../event-contract.ts';
import { type EventSchema, type JsonSchema, SchemaError } from './read-event-schemas.ts';

/** A whole event as EventBridge delivers it. */
export interface EventSample {
  /** `user-registered.v1.replayed.json` */
  readonly fileName: string;
  /** What is special about it, such as `replayed`; empty for the plain one. */
  readonly special: string;
  readonly event: JsonSchema;
}

/**
 * Reads the samples of every event version, the plain one first.
 *
 * @returns samples by `schemaName`; at least one each
 * @throws {SchemaError} naming the file, when a version has no plain sample or a sample no version
 */
export async function readSamples(
  folder: string,
  events: readonly EventSchema[],
): Promise<ReadonlyMap<string, readonly EventSample[]>> {
  const samples = new Map<string, EventSample[]>(events.map(({ schemaName }) => [schemaName, []]));
  for (const fileName of await listFiles(folder)) {
    const { schemaName = '', special = '' } = SAMPLE_NAME.exec(fileName)?.groups ?? {};
    const found = samples.get(schemaName);
    if (!found)
      throw new SchemaError(
        `samples/${fileName}: belongs to no schema; name it SCHEMA.json or SCHEMA.WHAT.json, or remove it with its schema`,
      );
    found.push({ fileName, special, event: await readEvent(folder, fileName) });
  }
  for (const [schemaName, found] of samples) {
    if (found.some(({ special }) => special === '')) continue;
    throw new SchemaError(
      `samples/${schemaName}.json is missing: write a whole event there, as EventBridge delivers it`,
    );
  }
  return samples;
}

const SAMPLE_NAME = /^(?<schemaName>[a-z0-9-]+\.v\d+)(?:\.(?<special>[^.]+))?\.json$/;

async function readEvent(folder: string, fileName: string): Promise<JsonSchema> {
  let event: unknown;
  try {
    event = JSON.parse(await readFile(join(folder, fileName), 'utf8'));
  } catch (cause) {
    throw new SchemaError(`samples/${fileName}: not JSON`, { cause });
  }
  if (!isJsonObject(event)) throw new SchemaError(`samples/${fileName}: an event is a JSON object`);
  return event;
}

/** By name without its ending, so that `a.v1` comes before `a.v1.special`. */
async function listFiles(folder: string): Promise<string[]> {
  try {
    const stem = (name: string) => name.replace(/\.json$/, '');
    return (await readdir(folder)).sort((a, b) => (stem(a) < stem(b) ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
