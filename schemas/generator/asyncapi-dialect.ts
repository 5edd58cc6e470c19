import type { SchemaDialect } from './translate-schema.ts';

/**
 * The Schema Object of AsyncAPI 3.0, which is JSON Schema of draft 7: what came or changed its meaning with 2019-09
 * and 2020-12 cannot be said.
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
  says: {},
};
