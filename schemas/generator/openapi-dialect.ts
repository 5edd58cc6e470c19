import type { JsonSchema } from './json-schema.ts';
import type { SchemaDialect } from './translate-schema.ts';

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
  says: {
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

/** There is no type `null`, and `nullable` counts only beside a `type`, of which there is one. */
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
