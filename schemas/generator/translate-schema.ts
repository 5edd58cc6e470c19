import { isJsonObject, type JsonSchema } from './json-schema.ts';
import { OWN_KEYWORDS } from './own-keywords.ts';
import type { EventSchema } from './read-event-schemas.ts';
import { SchemaError } from './schema-error.ts';

/** Another language for schemas, as far as event contracts need it. */
export interface SchemaDialect {
  /** As a person calls it. */
  readonly name: string;
  /** Keywords that mean the same there as in JSON Schema 2020-12. */
  readonly keeps: ReadonlySet<string>;
  /**
   * Keywords that are said otherwise there. Each gives what to say instead, `undefined` if that value cannot be said.
   *
   * @param beside the schema that holds the keyword
   */
  readonly says: Readonly<Record<string, (value: unknown, beside: JsonSchema) => JsonSchema | undefined>>;
}

/** What validates nothing and tells a reader nothing that the documents do not say elsewhere. */
const DROPPED = new Set<string>(['$schema', '$comment', ...OWN_KEYWORDS]);

/** Keywords whose value is a schema, a list of them, or schemas by name. */
const HOLDS_SCHEMA = new Set([
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
]);
const HOLDS_LIST = new Set(['allOf', 'anyOf', 'oneOf']);
const HOLDS_MAP = new Set(['patternProperties', 'properties']);

/** Where AsyncAPI and OpenAPI keep the schemas that others refer to. */
const COMPONENTS = '#/components/schemas/';

/** `$ref` to a schema that {@link translateToComponents} gave that name. */
export function componentRef(name: string): string {
  return `${COMPONENTS}${name}`;
}

/**
 * Translates an event's schema, with the definitions that it refers to, into schemas of a document's `components`:
 * the detail under its `typeName`, each definition under `TYPENAME.DEFINITION`.
 *
 * @throws {SchemaError} naming schema, place and keyword, for whatever the dialect cannot say: a contract that lost
 *   a constraint on the way would be a lie
 */
export function translateToComponents(event: EventSchema, dialect: SchemaDialect): Record<string, JsonSchema> {
  const { $defs = {}, ...root } = event.schema;
  return Object.fromEntries([
    [event.typeName, translateSchema(event, root, dialect)],
    ...Object.entries($defs as JsonSchema).map(([name, schema]) => [
      `${event.typeName}.${name}`,
      translateSchema(event, schema, dialect, `/$defs/${name}`),
    ]),
  ]);
}

/**
 * Translates one schema that belongs to an event.
 *
 * @param at JSON Pointer to the schema within the event's, for errors
 * @throws {SchemaError} as {@link translateToComponents}
 */
export function translateSchema(event: EventSchema, schema: unknown, dialect: SchemaDialect, at = ''): JsonSchema {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  if (!isJsonObject(schema)) throw new SchemaError(`${event.fileName}: ${at} must be a schema, found ${show(schema)}`);

  const translated: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (DROPPED.has(keyword)) continue;
    for (const [name, said] of Object.entries(translateKeyword(keyword, value, schema))) {
      if (Object.hasOwn(translated, name)) fail(keyword, value, `together with "${name}"`);
      translated[name] = said;
    }
  }
  // Both dialects pass over what stands beside a $ref, 2020-12 does not.
  const { $ref, ...others } = translated;
  return $ref === undefined || Object.keys(others).length === 0 ? translated : { ...others, allOf: [{ $ref }] };

  function translateKeyword(keyword: string, value: unknown, beside: JsonSchema): JsonSchema {
    if (keyword === '$ref') return { $ref: translateRef(value) };
    const other = Object.hasOwn(dialect.says, keyword) ? dialect.says[keyword] : undefined;
    if (other) return other(value, beside) ?? fail(keyword, value);
    if (!dialect.keeps.has(keyword)) return fail(keyword, value);
    return { [keyword]: translateNested(keyword, value) };
  }

  function translateNested(keyword: string, value: unknown): unknown {
    const within = (schema: unknown, name?: string) =>
      translateSchema(event, schema, dialect, [at, keyword, ...(name === undefined ? [] : [name])].join('/'));
    if (HOLDS_LIST.has(keyword)) return (value as unknown[]).map((each, index) => within(each, String(index)));
    if (HOLDS_MAP.has(keyword)) {
      return Object.fromEntries(Object.entries(value as JsonSchema).map(([name, each]) => [name, within(each, name)]));
    }
    if (!HOLDS_SCHEMA.has(keyword)) return value;
    return typeof value === 'boolean' && keyword === 'additionalProperties' ? value : within(value);
  }

  function translateRef(ref: unknown): string {
    const target = String(ref);
    if (target.startsWith(COMPONENTS)) return target;
    const name = /^#\/\$defs\/([\w.-]+)$/.exec(target)?.[1];
    return name === undefined ? fail('$ref', ref) : componentRef(`${event.typeName}.${name}`);
  }

  function fail(keyword: string, value: unknown, when = ''): never {
    throw new SchemaError(
      `${event.fileName}: "${keyword}" at ${at || '/'} cannot be said in ${dialect.name}${when && ` ${when}`}, found ${show(value)}`,
    );
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
