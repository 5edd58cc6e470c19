import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonSchema } from './json-schema.ts';
import { SchemaError } from './schema-error.ts';

/** One version of one event, as its schema file declares it. */
export interface EventSchema {
  /** `user-registered.v1.schema.json` */
  readonly fileName: string;
  /** `user-registered.v1` */
  readonly schemaName: string;
  /** `UserRegistered`: detail-type of the event, and the name of its newest contract. */
  readonly detailType: string;
  /** `users-table` */
  readonly source: string;
  /** `1` */
  readonly version: number;
  /** `UserRegisteredV1`: name of the generated type and contract. */
  readonly typeName: string;
  /** What the event says. */
  readonly description: string;
  /** By whom and when it is published; empty where the schema does not say. */
  readonly published: string;
  /** Schema of the event's `detail`. */
  readonly schema: JsonSchema;
}

const ENDING = '.schema.json';
const FILE_NAME = /^(?<event>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.v(?<version>[1-9]\d*)\.schema\.json$/;

/**
 * Reads every `*.schema.json` of a folder, sorted by event, then version, so that a new event is one new file.
 *
 * @throws {SchemaError} naming the file and what to write there, when a schema does not declare its contract.
 */
export async function readEventSchemas(folder: string): Promise<EventSchema[]> {
  const fileNames = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
  const events = await Promise.all(
    fileNames.map(async (name) => parseEventSchema(name, await readFile(join(folder, name), 'utf8'))),
  );
  return events.sort((a, b) => compare(a.detailType, b.detailType) || a.version - b.version);
}

/**
 * Parses one schema file, and checks that its name, its keywords and its `schemaVersion` tell the same story:
 * the file name is what people look for, the keywords are what rules match on.
 */
export function parseEventSchema(fileName: string, text: string): EventSchema {
  const { event, version: digits } = FILE_NAME.exec(fileName)?.groups ?? {};
  if (!event || !digits)
    throw new SchemaError(`${fileName}: name it event-name.v1.schema.json, the event in kebab-case`);
  const version = Number(digits);
  const detailType = event.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  const typeName = `${detailType}V${version}`;

  const schema = parseJsonObject(fileName, text);
  expectKeyword(fileName, schema, 'title', typeName);
  expectKeyword(fileName, schema, 'x-detail-type', detailType);
  expectKeyword(fileName, schema, 'type', 'object');
  const declaredVersion = at(schema, 'properties', 'metadata', 'properties', 'schemaVersion', 'const');
  if (declaredVersion !== version) {
    throw new SchemaError(`${fileName}: metadata.schemaVersion must have "const": ${version}, as the file name says`);
  }
  const source = schema['x-source'];
  // The limits are those of PutEvents.
  if (typeof source !== 'string' || !/^(?!aws\.)[\w.\-/]{1,256}$/.test(source)) {
    throw new SchemaError(
      `${fileName}: "x-source" must name the producer (1 to 256 of letters, digits, "_-./", not beginning "aws."), found ${JSON.stringify(source)}`,
    );
  }
  return {
    fileName,
    schemaName: `${event}.v${version}`,
    detailType,
    source,
    version,
    typeName,
    description: textOf(fileName, schema, 'description'),
    published: textOf(fileName, schema, 'x-published'),
    schema,
  };
}

function textOf(fileName: string, schema: JsonSchema, keyword: string): string {
  const text = schema[keyword] ?? '';
  if (typeof text !== 'string')
    throw new SchemaError(`${fileName}: "${keyword}" must be a text, found ${JSON.stringify(text)}`);
  return text;
}

/** @throws {SchemaError} naming the file, for text that is no JSON object */
export function parseJsonObject(fileName: string, text: string): JsonSchema {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new SchemaError(`${fileName}: not JSON`, { cause });
  }
  if (!isJsonObject(parsed)) throw new SchemaError(`${fileName}: a schema is a JSON object`);
  return parsed;
}

function expectKeyword(fileName: string, schema: JsonSchema, keyword: string, expected: string): void {
  if (schema[keyword] === expected) return;
  throw new SchemaError(`${fileName}: "${keyword}" must be "${expected}", found ${JSON.stringify(schema[keyword])}`);
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce((found, key) => (isJsonObject(found) ? found[key] : undefined), value);
}

/** By code unit rather than by locale: generated files must not depend on whose machine wrote them. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
