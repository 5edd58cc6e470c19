import { isJsonObject } from '../event-contract.ts';
import { type EventSchema, type JsonSchema, OWN_KEYWORDS, SchemaError } from './read-event-schemas.ts';

/** Another schema language, as far as event contracts need it. */
export interface SchemaDialect {
  /** Its name, for messages. */
  readonly name: string;
  /** Keywords that mean the same there as in JSON Schema 2020-12. */
  readonly keeps: ReadonlySet<string>;
  /**
   * Keywords that it writes differently. Each gives what to write instead, `undefined` if it has no words for that value.
   *
   * @param beside the schema that holds the keyword
   */
  readonly writes: Readonly<Record<string, (value: unknown, beside: JsonSchema) => JsonSchema | undefined>>;
}

/** Keywords that validate nothing; what they say stands elsewhere in the documents. */
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
 * @throws {SchemaError} naming schema, place and keyword, for whatever the dialect cannot say: a contract must
 *   not lose a constraint on the way
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
  // Both dialects ignore keywords beside a $ref, 2020-12 does not.
  const { $ref, ...others } = translated;
  return $ref === undefined || Object.keys(others).length === 0 ? translated : { ...others, allOf: [{ $ref }] };

  function translateKeyword(keyword: string, value: unknown, beside: JsonSchema): JsonSchema {
    if (keyword === '$ref') return { $ref: translateRef(value) };
    const other = Object.hasOwn(dialect.writes, keyword) ? dialect.writes[keyword] : undefined;
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
      `${event.fileName}: "${keyword}" at ${at || '/'} cannot be expressed in ${dialect.name}${when && ` ${when}`}, found ${show(value)}`,
    );
  }
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/**
 * The Schema Object of AsyncAPI 3.0, which is JSON Schema draft 7: keywords that 2019-09 and 2020-12 added or
 * changed cannot be expressed.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0#schemaObject
 */
export const ASYNCAPI_3_0: SchemaDialect = {
  name: 'AsyncAPI 3.0',
  keeps: new Set([
    ...['title', 'description', 'format', 'default', 'deprecated', 'examples', 'readOnly', 'writeOnly'],
    ...['type', 'const', 'enum', 'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
    ...['maxLength', 'minLength', 'pattern', 'items', 'maxItems', 'minItems', 'uniqueItems', 'contains'],
    ...['properties', 'patternProperties', 'propertyNames', 'required', 'additionalProperties'],
    ...['maxProperties', 'minProperties', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ]),
  writes: {},
};

/**
 * The Schema Object of OpenAPI 3.0: a part of an early draft of JSON Schema, with words of its own for `null` and
 * for exclusive limits.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#schema-object
 */
export const OPENAPI_3_0: SchemaDialect = {
  name: 'OpenAPI 3.0',
  keeps: new Set([
    ...['title', 'description', 'format', 'default', 'deprecated', 'readOnly', 'writeOnly'],
    ...['enum', 'multipleOf', 'maxLength', 'minLength', 'pattern', 'items', 'maxItems', 'minItems', 'uniqueItems'],
    ...['properties', 'additionalProperties', 'maxProperties', 'minProperties'],
    ...['allOf', 'anyOf', 'oneOf', 'not'],
  ]),
  writes: {
    // In no order of its own, so that the same schema gives the same text.
    required: (names) => ({ required: [names].flat().map(String).sort() }),
    type: (type, { items }) => sayTypes([type].flat().map(String), items === undefined),
    const: (value, { type }) => sayConst(value, type !== undefined),
    minimum: (limit, { exclusiveMinimum: other }) =>
      typeof other === 'number' && other >= Number(limit) ? {} : { minimum: limit },
    maximum: (limit, { exclusiveMaximum: other }) =>
      typeof other === 'number' && other <= Number(limit) ? {} : { maximum: limit },
    exclusiveMinimum: (limit, { minimum: other }) =>
      typeof other === 'number' && other > Number(limit) ? {} : { minimum: limit, exclusiveMinimum: true },
    exclusiveMaximum: (limit, { maximum: other }) =>
      typeof other === 'number' && other < Number(limit) ? {} : { maximum: limit, exclusiveMaximum: true },
    // It has room for one.
    examples: (examples) => (Array.isArray(examples) && examples.length > 0 ? { example: examples[0] } : {}),
  },
};

/** OpenAPI has no type `null`, allows one type, and reads `nullable` only beside a `type`. */
function sayTypes(types: readonly string[], anyItems: boolean): JsonSchema | undefined {
  const nullable = types.includes('null') ? { nullable: true } : {};
  const others = types.filter((type) => type !== 'null');
  // An array must say what it holds.
  const said = others.map((type) => ({ type, ...(type === 'array' && anyItems ? { items: {} } : {}), ...nullable }));
  return said.length > 1 ? { anyOf: said } : said[0];
}

/** A list of one value says the same. With its type, since code bindings are made of types. */
function sayConst(value: unknown, hasType: boolean): JsonSchema | undefined {
  if (value === null) return undefined;
  if (hasType || typeof value === 'object') return { enum: [value] };
  return { type: Number.isInteger(value) ? 'integer' : typeof value, enum: [value] };
}
